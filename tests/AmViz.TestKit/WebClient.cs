using System.Diagnostics;

namespace AmViz.TestKit;

/// <summary>The source of what a browser runs, against the files in the program that were built from it.</summary>
/// <param name="project">Folder below <c>src</c> with the folders Client and Built.</param>
public sealed class WebClient(string project)
{
    private readonly string _client = RepositoryTree.At("src", project, "Client");
    private readonly string _built = RepositoryTree.At("src", project, "Built");

    /// <summary>Why it cannot be built here; null if it can.</summary>
    public static string? SkipReason { get; } = File.Exists(RepositoryTree.At(".tools", "web", "installed.json"))
        ? null
        : "What builds the console and the atlas is not in .tools/web: install npm, then run 'bash eng/web/install.sh'.";

    /// <summary>Builds it anew and compares byte for byte.</summary>
    /// <returns>What is not as its source says; empty if all is.</returns>
    public async Task<IReadOnlyList<string>> DifferencesAsync(CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        await RunAsync(Path.Combine(_client, "build.sh"), folder.Path, cancellationToken);
        return [.. Names(_built).Union(Names(folder.Path), StringComparer.Ordinal).Where(name => !AreSame(Path.Combine(_built, name), Path.Combine(folder.Path, name)))];
    }

    /// <summary>Checks its types and runs the tests of its logic.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong; the message has what the tools said.</exception>
    public Task TestAsync(CancellationToken cancellationToken) => RunAsync(RepositoryTree.At("eng", "web", "test.sh"), _client, cancellationToken);

    private static bool AreSame(string one, string other) => File.Exists(one) && File.Exists(other) && File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other));

    private static IEnumerable<string> Names(string folder) => Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file));

    private static async Task RunAsync(string script, string argument, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [script, argument]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(script)} ended with {process.ExitCode}:\n{await said}\n{await complained}");
        }
    }
}
