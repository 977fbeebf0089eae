using System.Text.RegularExpressions;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Documentation;

/// <summary>Every command of the documentation that needs this machine alone runs: as it stands, but for the time that it takes.</summary>
public sealed partial class DocumentedCommandsTests(CommandProcesses commands)
{
    private static readonly string[] Drawing = ["compare", "paper", "render", "run"];

    public static TheoryData<string> Pages =>
        [.. MarkdownPage.All.Where(page => page.Commands.Any(command => command.RunsAmViz)).Select(page => page.Path).Except([.. DocumentedClusterTests.Pages, DocumentedApiTests.Page], StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task EveryCommandOfThePageRuns(string path)
    {
        string[] lines = [.. MarkdownPage.Open(path).Commands.Where(command => command.RunsAmViz).Select(command => command.AmVizLine)];
        await using var azurite = lines.Any(line => line.Contains("azure:", StringComparison.Ordinal)) ? await AzuriteAsync() : null;
        await using var reader = new ReadersFolder();
        if (azurite is not null)
        {
            reader.Environment["AMVIZ__Storage__Azure__ConnectionString"] = azurite.ConnectionString;
        }

        if (lines.Any(line => line.Contains("models verify", StringComparison.Ordinal)))
        {
            await reader.WriteReferenceAsync();
        }

        foreach (var line in lines)
        {
            if (line.Contains(" atlas serve ", StringComparison.Ordinal))
            {
                await VisitAsync(reader, line);
                continue;
            }

            var run = await RunAsync(reader, path, Shortened(line));
            Assert.True(run.Code == 0 || (run.Code == 3 && MayFoolNoNetwork(line)), $"{line}\nended with {run.Code}:\n{run.Error}{run.Output}");
        }
    }

    [Fact]
    public void TheReadmePutsTheProgramThatIsBuiltOnThePath()
    {
        var exported = MarkdownPage.Open("README.md").Commands.Single(command => command.Program == "export").Line;
        Assert.Equal("export PATH=\"$PWD/artifacts/bin/AmViz.Cli/release:$PATH\"", exported);
        Assert.True(File.Exists(AmVizProcess.Built("AmViz.Cli", "amviz")));
    }

    /// <summary>Runs a line: of the README, in a process of its own.</summary>
    private async Task<CommandAnswer> RunAsync(ReadersFolder reader, string path, string line)
    {
        if (path != "README.md")
        {
            return await reader.TypeAsync(commands, line);
        }

        using var run = await reader.RunAsync(line);
        return new(await run.ExitCodeAsync(), run.Output, run.Error);
    }

    /// <summary>Opens the address that a server prints, and ends it as a person does.</summary>
    private static async Task VisitAsync(ReadersFolder reader, string line)
    {
        using var server = reader.Start($"exec {line} --port 0");
        await server.UntilAsync("the address of the atlas", () => server.Output.Contains("open     http://", StringComparison.Ordinal));
        using var client = new HttpClient();
        var page = await client.GetStringAsync(server.Output.Split("open     ")[1].Split('\n')[0], TestContext.Current.CancellationToken);
        Assert.Contains("amviz-live", page, StringComparison.Ordinal);
        server.Interrupt();
        Assert.Equal(0, await server.ExitCodeAsync());
    }

    private static string Shortened(string line)
    {
        if (Steps().IsMatch(line))
        {
            line = Steps().Replace(line, "--steps 1");
        }
        else if (Draws(line))
        {
            line += " --steps 1";
        }

        return Draws(line) ? $"{line} --size {ReadersFolder.Size}" : line;
    }

    /// <summary>An attack with fewer steps than the page has, or of a network that resists the numbers of Table 2.</summary>
    private static bool MayFoolNoNetwork(string line)
        => line.Contains("--figure 12", StringComparison.Ordinal) || (line.Contains(" attack ", StringComparison.Ordinal) && line != Shortened(line));

    /// <summary>Whether it takes steps and a size; one that draws nothing has neither.</summary>
    private static bool Draws(string line) => DocumentedCommand.Read(line)!.AmVizArguments is [var verb, ..] && Drawing.Contains(verb)
        && !line.Contains("--table", StringComparison.Ordinal) && !line.Contains("photographs.yaml", StringComparison.Ordinal) && !line.Contains("scores.yaml", StringComparison.Ordinal);

    private static async Task<AzuriteServer> AzuriteAsync()
    {
        Assert.SkipWhen(AzuriteServer.SkipReason is not null, AzuriteServer.SkipReason ?? "");
        return await AzuriteServer.StartAsync(folder: null, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("--steps [0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Steps();
}
