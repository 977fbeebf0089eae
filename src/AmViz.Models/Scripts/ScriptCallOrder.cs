using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace AmViz.Models;

/// <summary>In what order the forward of a TorchScript program calls its modules, as far as its text tells.</summary>
/// <remarks>
/// A program that uses one module twice, such as a single ReLU behind every convolution, lists it once; the text of its forward names it as often as it is
/// called. The text is read for hints only: whoever asks compares what the calls give with what the program gives.
/// </remarks>
internal static partial class ScriptCallOrder
{
    private const int LongestText = 1 << 20;
    private const int MostMethods = 4;

    /// <summary>Names of the modules at the top, in the order of their calls.</summary>
    /// <param name="program">A file that torch.jit.save wrote.</param>
    /// <returns>Empty where the text cannot be followed.</returns>
    public static IReadOnlyList<string> Of(byte[] program)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(program, writable: false), ZipArchiveMode.Read);
            var root = RootClass().Match(Read(archive, "/data.pkl", Encoding.Latin1));
            var text = root.Success ? Read(archive, $"/code/{root.Groups["module"].Value.Replace('.', '/')}.py", Encoding.UTF8) : string.Empty;
            return Calls(ClassIn(text, root.Groups["name"].Value));
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    private static string Read(ZipArchive archive, string end, Encoding encoding)
    {
        var entry = archive.Entries.FirstOrDefault(one => one.FullName.EndsWith(end, StringComparison.Ordinal));
        if (entry is null || entry.Length > LongestText)
        {
            return string.Empty;
        }

        using var reader = new StreamReader(entry.Open(), encoding);
        return reader.ReadToEnd();
    }

    private static string ClassIn(string text, string name)
    {
        var start = $"\n{text}".IndexOf($"\nclass {name}(Module):", StringComparison.Ordinal);
        if (start < 0)
        {
            return string.Empty;
        }

        var end = text.IndexOf("\nclass ", start + 1, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    private static List<string> Calls(string type)
    {
        var method = "forward";
        for (var followed = 0; followed < MostMethods; followed++)
        {
            var definition = Regex.Match(type, $@"\n  def {Regex.Escape(method)}\((?<self>\w+):.*?(?=\n  def |\z)", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
            if (!definition.Success)
            {
                break;
            }

            var self = definition.Groups["self"].Value;
            var calls = CallsIn(definition.Value, self);
            var other = Regex.Match(definition.Value, $@"\({Regex.Escape(self)}\)\.(?<name>\w+)\(", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
            if (calls.Count > 0 || !other.Success)
            {
                return calls;
            }

            method = other.Groups["name"].Value;
        }

        return [];
    }

    /// <summary>Calls in the order in which their brackets close: arguments are computed before the call that takes them.</summary>
    private static List<string> CallsIn(string body, string self)
    {
        var modules = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match match in Regex.Matches(body, $@"(?<variable>\w+) = (?:{Regex.Escape(self)}\.(?<name>\w+)|getattr\({Regex.Escape(self)}, ""(?<name>[^""]+)""\))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)))
        {
            modules[match.Groups["variable"].Value] = match.Groups["name"].Value;
        }

        return
        [
            .. ForwardCall().Matches(body)
                .Where(call => modules.ContainsKey(call.Groups["variable"].Value))
                .OrderBy(call => ClosingBracket(body, call.Index + call.Length))
                .Select(call => modules[call.Groups["variable"].Value]),
        ];
    }

    private static int ClosingBracket(string text, int start)
    {
        var open = 1;
        var place = start;
        while (place < text.Length && open > 0)
        {
            open += text[place] switch { '(' => 1, ')' => -1, _ => 0 };
            place++;
        }

        return place;
    }

    // The first class that the pickle names, opcode GLOBAL, is that of the program itself.
    [GeneratedRegex(@"c(?<module>__torch__[\w.]*)\n(?<name>\w+)\n", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RootClass();

    // A trace calls a module forward1, forward2 ... from the second time on.
    [GeneratedRegex(@"\((?<variable>\w+)\)\.forward[0-9]*\(", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ForwardCall();
}
