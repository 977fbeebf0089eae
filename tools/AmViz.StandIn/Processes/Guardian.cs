using System.Diagnostics;
using System.Globalization;

namespace AmViz.StandIn.Processes;

/// <summary>A shell that outlives this program by a moment: should the program be killed, it ends the processes that were left.</summary>
internal sealed class Guardian : IDisposable
{
    // Reads '+ID' and '-ID'; at the end of its input it kills the groups that remain.
    private const string Script = """
        left=' '
        while read -r word; do
          case $word in
            +*) left="$left${word#+} " ;;
            -*) left="${left%% ${word#-} *} ${left#* ${word#-} }" ;;
          esac
        done
        for id in $left; do kill -s KILL -- "-$id" 2>/dev/null; done
        """;

    private readonly Lock _gate = new();
    private readonly Process _shell;

    public Guardian() => _shell = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", Script]) { UseShellExecute = false, RedirectStandardInput = true })!;

    /// <summary>A group of processes has begun.</summary>
    public void Add(int id) => Tell('+', id);

    /// <summary>It has ended.</summary>
    public void Remove(int id) => Tell('-', id);

    public void Dispose()
    {
        _shell.StandardInput.Dispose();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private void Tell(char sign, int id)
    {
        lock (_gate)
        {
            _shell.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sign}{id}"));
            _shell.StandardInput.Flush();
        }
    }
}
