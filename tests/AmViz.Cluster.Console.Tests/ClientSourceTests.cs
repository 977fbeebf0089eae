using System.Diagnostics;
using AmViz.TestKit;

namespace AmViz.Cluster.Console.Tests;

/// <summary>The source of the console's files against the files that are in the program.</summary>
public sealed class ClientSourceTests
{
    private static readonly string Client = RepositoryTree.At("src", "AmViz.Cluster.Console", "Client");
    private static readonly string Built = RepositoryTree.At("src", "AmViz.Cluster.Console", "Built");

    [Fact]
    public async Task BuiltAnewTheFilesAreTheSameByteForByte()
    {
        using var folder = new TemporaryFolder();
        await RunAsync(Path.Combine(Client, "build.sh"), folder.Path);
        Assert.Equal(Names(Built), Names(folder.Path));
        Assert.All(Names(Built), name => Assert.True(
            File.ReadAllBytes(Path.Combine(Built, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder.Path, name))),
            $"{name} is not what its source says. Run: bash src/AmViz.Cluster.Console/Client/build.sh"));
    }

    [Fact]
    public Task TypesAreRightAndTheLogicDoesWhatItsTestsSay() => RunAsync(RepositoryTree.At("eng", "web", "test.sh"), Client);

    [Fact]
    public void TheLockFileNamesNoHost()
        => Assert.DoesNotContain("resolved", File.ReadAllText(RepositoryTree.At("eng", "web", "package-lock.json")), StringComparison.Ordinal);

    private static string[] Names(string folder) => [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static async Task RunAsync(string script, params string[] arguments)
    {
        Assert.SkipUnless(
            File.Exists(RepositoryTree.At(".tools", "web", "installed.json")), "What builds the console is not in .tools/web: install npm, then run 'bash eng/web/install.sh'.");
        var token = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo("bash", [script, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
        await process.WaitForExitAsync(token);
        Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}:\n{await said}\n{await complained}");
    }
}
