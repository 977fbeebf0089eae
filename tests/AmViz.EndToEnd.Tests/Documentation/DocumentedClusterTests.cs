using System.Text.RegularExpressions;
using AmViz.EndToEnd.Tests.Cluster;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Documentation;

/// <summary>The pages about clusters, typed from top to bottom.</summary>
public sealed partial class DocumentedClusterTests(CommandProcesses commands) : ClusterTest
{
    // Of the example; here it is drawn at another size and has another id.
    private const string Example = "4acf2da13df249da";

    private const string Redis = "redis://localhost:6379";

    /// <summary>The pages, in the order in which they are read.</summary>
    public static IReadOnlyList<string> Pages { get; } = ["docs/cluster.md", "docs/operations.md"];

    [Fact]
    public async Task EveryCommandOfThePagesRuns()
    {
        await using var redis = await RedisServer.StartAsync("127.0.0.1", Token);
        await using var reader = new ReadersFolder();
        foreach (var (name, value) in new[] { ("Address", redis.Address), ("ProbeSeconds", "1"), ("AliveSeconds", "2"), ("LeaseSeconds", "6") })
        {
            reader.Environment[$"AMVIZ__Cluster__{name}"] = value;
        }

        var silos = new List<AmVizProcess>();
        try
        {
            var example = Example;
            foreach (var command in Pages.SelectMany(page => MarkdownPage.Open(page).Commands).Where(command => command.RunsAmViz))
            {
                var line = Shortened(command.AmVizLine).Replace(Redis, redis.Address, StringComparison.Ordinal).Replace(Example, example, StringComparison.Ordinal);
                if (command.AmVizArguments is ["silo", ..] && !command.AmVizArguments.Contains("--sweep"))
                {
                    silos.Add(reader.Start(line));
                    await TestCluster.ReadyAsync(silos[^1]);
                }
                else
                {
                    var run = await reader.TypeAsync(commands, line);
                    Assert.True(run.Code == 0, $"{line}\n{run.Error}{run.Output}\n{string.Join('\n', silos.Select(silo => silo.Error))}");
                    example = line.Contains("submit examples/", StringComparison.Ordinal) ? Submitted().Match(run.Output).Value : example;
                }
            }
        }
        finally
        {
            silos.ForEach(silo => silo.Dispose());
        }
    }

    // What is cancelled must not have ended before.
    private static string Shortened(string line)
        => line.StartsWith("amviz sweep submit", StringComparison.Ordinal) && !line.Contains(".yaml", StringComparison.Ordinal)
            ? $"{line.Replace("--steps 128", "--steps 8", StringComparison.Ordinal).Replace("--steps 64", "--steps 8", StringComparison.Ordinal).Replace("--steps 1000", "--steps 300", StringComparison.Ordinal)} --size {ReadersFolder.Size}"
            : line;

    [GeneratedRegex("(?<=^sweep +)[0-9a-f]{16}", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Submitted();
}
