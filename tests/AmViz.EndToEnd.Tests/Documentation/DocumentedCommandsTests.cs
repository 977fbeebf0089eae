using System.Text.RegularExpressions;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Documentation;

/// <summary>Every command of the documentation that needs this machine alone runs: as it stands, but for the time that it takes.</summary>
public sealed partial class DocumentedCommandsTests
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

        await using var process = reader.StartOneProcess();
        foreach (var line in lines)
        {
            var (code, said) = await RunAsync(reader, process, path, Shortened(line));
            Assert.True(code == 0 || (code == 3 && MayFoolNoNetwork(line)), $"{line}\nended with {code}:\n{said}");
        }
    }

    [Fact]
    public void TheReadmePutsTheProgramThatIsBuiltOnThePath()
    {
        var exported = MarkdownPage.Open("README.md").Commands.Single(command => command.Program == "export").Line;
        Assert.Equal("export PATH=\"$PWD/artifacts/bin/AmViz.Cli/release:$PATH\"", exported);
        Assert.True(File.Exists(AmVizProcess.Built("AmViz.Cli", "amviz")));
    }

    /// <summary>Runs a line: of the README, with variables of its own, or of what starts its own program again, in a process of its own.</summary>
    private static async Task<(int Code, string Said)> RunAsync(ReadersFolder reader, CommandsInOneProcess process, string path, string line)
    {
        if (path != "README.md" && line.StartsWith("amviz ", StringComparison.Ordinal) && !line.StartsWith("amviz models probe ", StringComparison.Ordinal))
        {
            return await process.RunAsync(await reader.WordsAsync(line));
        }

        using var run = await reader.RunAsync(line);
        return (await run.ExitCodeAsync(), $"{run.Error}{run.Output}");
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

    private static bool Draws(string line) => DocumentedCommand.Read(line)!.AmVizArguments is [var verb, ..] && Drawing.Contains(verb) && !line.Contains("--table", StringComparison.Ordinal);

    private static async Task<AzuriteServer> AzuriteAsync()
    {
        Assert.SkipWhen(AzuriteServer.SkipReason is not null, AzuriteServer.SkipReason ?? "");
        return await AzuriteServer.StartAsync(folder: null, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("--steps [0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Steps();
}
