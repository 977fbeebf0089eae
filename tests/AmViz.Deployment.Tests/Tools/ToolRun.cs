using System.Diagnostics;

namespace AmViz.Deployment.Tests.Tools;

/// <summary>What a program said when it had ended.</summary>
internal sealed record ToolRun(int Code, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ToolRun> RunAsync(string program, IEnumerable<string> arguments, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = RepositoryTree.Root,
        };
        foreach (var (name, folder) in new[] { ("HELM_CACHE_HOME", "cache"), ("HELM_CONFIG_HOME", "config"), ("HELM_DATA_HOME", "data") })
        {
            start.Environment[name] = RepositoryTree.At(".tools", "helm-home", folder);
        }

        // Hundreds of short runs: threads of Go for each core cost more of both cores than they gain.
        start.Environment["GOMAXPROCS"] = "1";
        // Nothing may reach a cluster that the person who runs the tests happens to have.
        start.Environment["KUBECONFIG"] = "/dev/null";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{Path.GetFileName(program)} {string.Join(' ', arguments)}' did not end within {Patience}.", e);
        }

        return new(process.ExitCode, await output, await errors);
    }

    /// <summary>The output, of a run that must have gone well.</summary>
    public string Succeeded() => Code == 0 ? Output : throw new InvalidOperationException($"Ended with {Code}: {Errors}{Output}");
}
