using System.Text.Json;
using System.Text.RegularExpressions;
using AmViz.EndToEnd.Tests.Cluster;
using AmViz.EndToEnd.Tests.Documentation;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Examples;

/// <summary>Examples of other systems that have sweeps drawn by the API.</summary>
public sealed partial class WorkflowTests
{
    private const string Spec = "{models: [{model: texturenet, layers: [{layer: logits, channels: 0-3}]}], recipe: {name: paper, steps: 8, size: 32}}";

    private const string Source = "source: |\n";

    /// <summary>Blanks before the lines of the source.</summary>
    private const int Indent = 10;

    [Fact]
    public async Task TheScriptOfArgoAndTheDagOfAirflowDrawTheirSweepsByTheApi()
    {
        await using var reader = new ReadersFolder();
        using var silo = reader.Start("amviz silo --http-port 0 --http-address 127.0.0.1 --store folder:/data/amviz");
        await TestCluster.ReadyAsync(silo);
        var (address, key) = (Opened().Match(silo.Output).Groups["address"].Value, First().Match(silo.Output).Value);

        // As Argo fills the template in; the source goes into a file that the command is given.
        var template = await File.ReadAllTextAsync(RepositoryTree.At("examples", "argo-workflows", "amviz-sweep.yaml"), TestContext.Current.CancellationToken);
        var source = template[(template.IndexOf(Source, StringComparison.Ordinal) + Source.Length)..];
        using var folder = new TemporaryFolder();
        await File.WriteAllLinesAsync(folder.At("source.py"), source.Split('\n').Select(line => line.Length > Indent ? line[Indent..] : ""), TestContext.Current.CancellationToken);
        foreach (var (name, value) in new[] { ("AMVIZ_ADDRESS", address), ("AMVIZ_SPEC", Spec), ("AMVIZ_KEY", key), ("AMVIZ_POLL_SECONDS", "0.2") })
        {
            reader.Environment[name] = value;
        }

        using var argo = await reader.RunAsync($"python3 {folder.At("source.py")}");
        Assert.True(await argo.ExitCodeAsync() == 0, argo.Error + argo.Output + silo.Error);
        Assert.Matches("^[0-9a-f]{16}\n$", argo.Output);

        reader.Environment["AMVIZ_SPEC"] = "{models: [{model: no-such-network}]}";
        using var wrong = await reader.RunAsync($"python3 {folder.At("source.py")}");
        Assert.NotEqual(0, await wrong.ExitCodeAsync());
        Assert.Contains("no-such-network", wrong.Error, StringComparison.Ordinal);

        // The DAG's own spec, with fewer steps.
        var dag = await File.ReadAllTextAsync(RepositoryTree.At("examples", "airflow", "amviz_sweep.py"), TestContext.Current.CancellationToken);
        Assert.Contains("\"steps\": 128", dag, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.At("dag.py"), dag.Replace("\"steps\": 128", "\"steps\": 2, \"size\": 32", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        using var airflow = await reader.RunAsync($"python3 {RepositoryTree.At("tests", "AmViz.EndToEnd.Tests", "Examples", "dag.py")} {folder.At("dag.py")} {address} {key}");
        Assert.True(await airflow.ExitCodeAsync() == 0, airflow.Error + silo.Error);
        var ended = JsonDocument.Parse(airflow.Output).RootElement;
        Assert.Equal(["submit", "wait", "failures"], ended.EnumerateObject().Select(task => task.Name));
        Assert.Equal(ended.GetProperty("submit").GetString(), ended.GetProperty("wait").GetString());
    }

    [GeneratedRegex("^http +(?<address>http://[0-9.:]+)/", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Opened();

    [GeneratedRegex("(?<=^key +)amviz_\\w+", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex First();
}
