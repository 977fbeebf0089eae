using AmViz.Cluster.Client;
using AmViz.Cluster.Silo;
using AmViz.Imaging;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;
using AmViz.Weights;

namespace AmViz.Cli.CommandLine;

/// <summary>Reports an exception: a message for people, an exit code for scripts.</summary>
internal sealed class FailureReport(TextWriter error, bool verbose)
{
    /// <summary>Writes what <paramref name="exception"/> means and returns the exit code for it.</summary>
    public int Explain(Exception exception)
    {
        var code = CodeFor(exception);
        switch (exception)
        {
            case UsageException usage:
                WriteAll(usage.Problems);
                break;
            case SpecException spec:
                WriteAll(spec.Problems.Select(problem => $"{problem.Path}: {problem.Message}"));
                break;
            case OperationCanceledException:
                error.WriteLine("Stopped. What was finished is kept; run the same command again to go on.");
                break;
            default:
                error.WriteLine($"error: {exception.Message}");
                break;
        }

        if (verbose)
        {
            error.WriteLine(exception);
        }
        else if (code == ExitCode.Unexpected && exception is not ChannelRenderException)
        {
            error.WriteLine("Nobody foresaw this. Run the same with --verbose for the details.");
        }

        return code;
    }

    private static int CodeFor(Exception exception) => exception switch
    {
        UsageException or SpecException or NetworkException or ImagingException => ExitCode.Usage,
        OperationCanceledException => ExitCode.Cancelled,
        StorageException or HubException or ClusterUnreachableException or DeviceFaultException or IOException or UnauthorizedAccessException => ExitCode.OutOfReach,
        _ => ExitCode.Unexpected,
    };

    private void WriteAll(IEnumerable<string> problems)
    {
        foreach (var problem in problems)
        {
            error.WriteLine($"error: {problem}");
        }
    }
}
