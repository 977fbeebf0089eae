using System.Text.RegularExpressions;
using AmViz.EndToEnd.Tests.Cluster;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Documentation;

/// <summary>The page about the API, typed from top to bottom.</summary>
public sealed partial class DocumentedApiTests(CommandProcesses process)
{
    /// <summary>The page.</summary>
    public const string Page = "docs/api.md";

    // Of the example; here it is drawn at another size and has another id.
    private const string Example = "4acf2da13df249da";

    private const string Key = "0123456789ab";

    private const string Address = "localhost:8080";

    [Fact]
    public async Task EveryCommandOfThePageRuns()
    {
        await using var reader = new ReadersFolder();
        var commands = MarkdownPage.Open(Page).Commands;
        using var silo = reader.Start(commands[0].Line.Replace("8080", "0 --http-address 127.0.0.1", StringComparison.Ordinal));
        await TestCluster.ReadyAsync(silo);
        var port = Opened().Match(silo.Output).Groups["address"].Value;
        reader.Environment["KEY"] = First().Match(silo.Output).Value;
        reader.Write("key.txt", reader.Environment["KEY"]);
        var (example, key) = (Example, Key);
        foreach (var command in commands.Skip(1).Where(command => command.Program != "export"))
        {
            var line = command.Line.Replace(Address, port, StringComparison.Ordinal).Replace(Example, example, StringComparison.Ordinal).Replace(Key, key, StringComparison.Ordinal);
            var run = await reader.TypeAsync(process, line);
            Assert.True(run.Code == 0, $"{line}\n{run.Error}{run.Output}\n{silo.Error}");
            example = Planned().Match(run.Output) is { Success: true } planned ? planned.Value : example;
            key = Made().Match(run.Output) is { Success: true } made ? made.Value : key;
        }
    }

    [GeneratedRegex("^http +http://(?<address>[0-9.:]+)/", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Opened();

    [GeneratedRegex("(?<=^key +)amviz_\\w+", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex First();

    [GeneratedRegex("(?<=^\\{\"id\":\")[0-9a-f]{16}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Planned();

    [GeneratedRegex("(?<=^id +)[0-9a-f]{12}", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Made();
}
