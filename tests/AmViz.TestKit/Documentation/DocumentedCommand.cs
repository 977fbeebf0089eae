using System.Text.RegularExpressions;

namespace AmViz.TestKit;

/// <summary>A command line of the documentation.</summary>
/// <param name="Line">As a reader types it, without its comment.</param>
/// <param name="Words">What the shell makes of it; patterns of files are left as they are, and so are variables.</param>
public sealed partial record DocumentedCommand(string Line, IReadOnlyList<string> Words)
{
    private const string Executable = "amviz";
    private const string Launcher = "dotnet run --project src/AmViz.Cli -c Release --";

    /// <summary>The program that it starts, after variables that are set for it.</summary>
    public string Program => Words.First(word => !Assignment().IsMatch(word));

    /// <summary>Whether it runs <c>amviz</c> on this machine.</summary>
    public bool RunsAmViz => Program == Executable || Line.StartsWith(Launcher, StringComparison.Ordinal);

    /// <summary>The line with <c>amviz</c> in place of what builds and starts it.</summary>
    public string AmVizLine => Line.Replace(Launcher, Executable, StringComparison.Ordinal);

    /// <summary>Words for <c>amviz</c>, also inside of a pod; null if it is about another program.</summary>
    public IReadOnlyList<string>? AmVizArguments
    {
        get
        {
            string[] words = [.. SplitWords(AmVizLine)];
            var start = RunsAmViz ? Array.IndexOf(words, Executable) : Array.IndexOf(words, "--") + 1;
            return words[start] == Executable ? words[(start + 1)..] : null;
        }
    }

    /// <summary>The command of a line; null if the line is empty or a comment.</summary>
    public static DocumentedCommand? Read(string line)
    {
        var text = Comment().Replace(line, "").Trim();
        return text.Length == 0 ? null : new(text, [.. SplitWords(text)]);
    }

    /// <inheritdoc/>
    public override string ToString() => Line;

    private static IEnumerable<string> SplitWords(string line) => Word().Matches(line).Select(match => Quote().Replace(match.Value, ""));

    [GeneratedRegex("(^|\\s)#.*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Comment();

    [GeneratedRegex("('[^']*'|\"[^\"]*\"|[^\\s'\"])+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    [GeneratedRegex("['\"]", RegexOptions.NonBacktracking)]
    private static partial Regex Quote();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*=", RegexOptions.NonBacktracking)]
    private static partial Regex Assignment();
}
