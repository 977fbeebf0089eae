using AmViz.EndToEnd.Tests.Cluster;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Documentation;

/// <summary>The pages about clusters, typed from top to bottom.</summary>
public sealed class DocumentedClusterTests : ClusterTest
{
    // Of the example, as 'amviz sweep submit' prints it.
    private const string Sweep = "9c0a5aca81456c82";

    private const string Redis = "redis://localhost:6379";

    /// <summary>The pages, in the order in which they are read.</summary>
    public static IReadOnlyList<string> Pages { get; } = ["docs/cluster.md", "docs/operations.md"];

    [Fact]
    public async Task EveryCommandOfThePagesRuns()
    {
        await using var redis = await RedisServer.StartAsync("127.0.0.1", Token);
        await using var reader = await ReadersFolder.CreateAsync();
        foreach (var (name, value) in new[] { ("Address", redis.Address), ("ProbeSeconds", "1"), ("AliveSeconds", "2"), ("LeaseSeconds", "6") })
        {
            reader.Environment[$"AMVIZ__Cluster__{name}"] = value;
        }

        var silos = new List<AmVizProcess>();
        try
        {
            var example = await ExampleAsync(reader);
            foreach (var command in Pages.SelectMany(page => MarkdownPage.Open(page).Commands).Where(command => command.RunsAmViz))
            {
                var line = Shortened(command.AmVizLine).Replace(Redis, redis.Address, StringComparison.Ordinal).Replace(Sweep, example, StringComparison.Ordinal);
                if (command.AmVizArguments is ["silo", ..] && !command.AmVizArguments.Contains("--sweep"))
                {
                    silos.Add(reader.Start(line));
                    await TestCluster.ReadyAsync(silos[^1]);
                }
                else
                {
                    using var run = await reader.RunAsync(line);
                    Assert.True(await run.ExitCodeAsync() == 0, $"{line}\n{run.Error}{run.Output}\n{string.Join('\n', silos.Select(silo => silo.Error))}");
                }
            }
        }
        finally
        {
            silos.ForEach(silo => silo.Dispose());
        }
    }

    [Fact]
    public async Task TheIdInTheDocumentationIsThatOfTheExample()
    {
        using var folder = new TemporaryFolder();
        using var run = await AmVizProcess.RunAsync(RepositoryTree.Root, "run", "examples/texturenet.yaml", "--out", folder.At("missing", "\0"));
        Assert.Contains(Sweep, run.Output, StringComparison.Ordinal);
    }

    private static string Shortened(string line)
        => line.StartsWith("amviz sweep submit", StringComparison.Ordinal) && !line.Contains(".yaml", StringComparison.Ordinal) ? $"{line} --size {ReadersFolder.Size}" : line;

    /// <summary>Id of the example in the reader's folder, which has another size.</summary>
    private static async Task<string> ExampleAsync(ReadersFolder reader)
    {
        using var run = await reader.RunAsync("amviz run examples/texturenet.yaml --steps 128 --out out --json");
        return run.Json.GetProperty("sweepId").GetString()!;
    }
}
