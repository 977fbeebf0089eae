using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Net;
using System.Runtime.InteropServices;

namespace AmViz.StandIn;

/// <summary>The command line.</summary>
internal static class StandInCommand
{
    private const int Unusable = 2;

    private static readonly string[] Examples =
    [
        "dotnet run --project tools/AmViz.StandIn -c Release",
        "dotnet run --project tools/AmViz.StandIn -c Release -- --port 6443 --folder /tmp/standin",
        "export KUBECONFIG=$PWD/standin/kubeconfig",
        "helm install amviz helm/amviz --values helm/amviz/ci/trial-values.yaml --wait",
        "kubectl exec deploy/amviz-coordinators -- amviz sweep submit --model texturenet --layer logits --steps 32 --size 48 --wait",
        "helm test amviz",
        "helm uninstall amviz",
    ];

    public static RootCommand Create()
    {
        var port = new Option<int>("--port") { Description = "Port of the API on 127.0.0.1. Default: a free one.", HelpName = "6443" };
        var folder = new Option<string>("--folder") { Description = "Folder for kubeconfig, logs and claims. Claims stay, so that a next cluster finds what was drawn.", HelpName = "DIR", DefaultValueFactory = _ => "standin" };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "File to write for kubectl and helm. Default: kubeconfig in that folder.", HelpName = "FILE" };
        var amviz = new Option<string?>("--amviz") { Description = "Executable that takes the place of the image 'amviz'. Default: the one built with this program.", HelpName = "FILE" };
        var root = new RootCommand("A Kubernetes cluster for trying out the chart on this machine: the API is real enough for helm and kubectl, and pods are processes with loopback addresses of their own. Runs until Ctrl-C, then ends all of them.")
        {
            port, folder, kubeconfig, amviz,
        };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is not (0 or (>= 1024 and <= 65535)))
            {
                result.AddError($"--port: {result.GetValueOrDefault<int>()} cannot be used. Expected 1024 to 65535, or leave it out for a free one.");
            }
        });
        root.SetAction((parsed, _) => RunAsync(parsed.GetValue(port), Path.GetFullPath(parsed.GetValue(folder)!), parsed.GetValue(kubeconfig), parsed.GetValue(amviz) ?? Prerequisites.BuiltAmViz));
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static async Task<int> RunAsync(int port, string folder, string? kubeconfig, string amviz)
    {
        var missing = Prerequisites.Missing(amviz);
        if (missing.Count > 0)
        {
            foreach (var what in missing)
            {
                await Console.Error.WriteLineAsync($"error: {what}");
            }

            return Unusable;
        }

        // Ctrl-C ends the pods, not this program in the middle of it.
        var stop = new TaskCompletionSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            await using var cluster = new StandInCluster(port, Directory.CreateDirectory(folder).FullName, amviz, line => Console.Error.WriteLine(line));
            var file = Path.GetFullPath(kubeconfig ?? Path.Combine(folder, "kubeconfig"));
            await Kubeconfig.WriteAsync(file, cluster.Address);
            Console.WriteLine($"cluster  {cluster.Address}  runs until Ctrl-C; logs and claims in {folder}");
            Console.WriteLine($"export KUBECONFIG={file}");
            foreach (var hint in Prerequisites.Hints())
            {
                Console.WriteLine(hint);
            }

            await stop.Task;
            Console.WriteLine("ending   all pods");
        }
        catch (HttpListenerException e)
        {
            await Console.Error.WriteLineAsync($"error: Port {port} cannot be opened: {e.Message}. Expected one that nobody uses. Give another one with --port, or leave it out.");
            return Unusable;
        }

        return 0;
    }

    /// <summary>The library's help, and below it the examples.</summary>
    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in Examples)
            {
                output.WriteLine($"  {example}");
            }

            return code;
        }
    }
}
