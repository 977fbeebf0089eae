using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Http;
using AmViz.Imaging;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;
using AmViz.Weights;

namespace AmViz.Cli.CommandLine;

/// <summary>Reports an exception: a message for people, an exit code for scripts.</summary>
internal sealed class FailureReport(TextWriter error, bool verbose)
{
    private const string DamagedStore = "damaged-store";

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
        RequestRefusedException refused => CodeFor(refused),
        _ => ExitCode.Unexpected,
    };

    // As if the client had met the store itself: what a request asks for is usage, damage is out of reach, the rest nobody foresaw.
    private static int CodeFor(RequestRefusedException refused)
        => refused.Status < 500 ? ExitCode.Usage : refused.Kind == DamagedStore ? ExitCode.OutOfReach : ExitCode.Unexpected;

    private void WriteAll(IEnumerable<string> problems)
    {
        foreach (var problem in problems)
        {
            error.WriteLine($"error: {problem}");
        }
    }
}
