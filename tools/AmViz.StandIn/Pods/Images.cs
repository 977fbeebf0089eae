using System.Net;

namespace AmViz.StandIn.Pods;

/// <summary>What an image would hold: the program it starts, and its environment.</summary>
/// <param name="EntryPoint">Started where a container names no command.</param>
/// <param name="Environment">Variables of the image.</param>
internal sealed record Image(string EntryPoint, IReadOnlyDictionary<string, string> Environment);

/// <summary>The programs of this machine that take the place of images.</summary>
/// <param name="amviz">The built executable.</param>
internal sealed class Images(string amviz)
{
    private const string Http = "--http-address";

    private readonly Image _amviz = new("amviz", new Dictionary<string, string>(StringComparer.Ordinal)
    {
        // As the Dockerfile says.
        ["AMVIZ_CACHE"] = "/var/cache/amviz",
        ["DOTNET_EnableDiagnostics"] = "0",
        ["OMP_WAIT_POLICY"] = "PASSIVE",
    });

    private readonly Image _redis = new("redis-server", new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>The executable that takes the place of AmViz' image.</summary>
    public string AmViz => amviz;

    /// <summary>Where containers find programs: AmViz, then those of this machine.</summary>
    public string SearchPath { get; } = $"{Path.GetDirectoryName(amviz)}:{Environment.GetEnvironmentVariable("PATH")}";

    /// <summary>What takes the place of an image; null: nothing does, and <paramref name="problem"/> says why.</summary>
    public Image? Find(string reference, out string problem)
    {
        var last = reference[(reference.LastIndexOf('/') + 1)..].Split('@')[0];
        var name = last.Split(':')[0];
        problem = $"There is no program for image \"{reference}\". The stand-in cluster pulls nothing: it runs 'amviz' and 'redis' of this machine. For other images use a real cluster.";
        if (name == "amviz" && last.EndsWith("-cuda", StringComparison.Ordinal))
        {
            problem = $"Image \"{reference}\" needs a GPU, and the stand-in cluster has none. Use a pool with device: cpu.";
            return null;
        }

        return name switch { "amviz" => _amviz, "redis" => _redis, _ => null };
    }

    /// <summary>Binds a program to the address of its pod, as the network namespace of a container would.</summary>
    public static IReadOnlyList<string> Bind(string program, IReadOnlyList<string> arguments, IPAddress address)
    {
        bool Says(string option) => arguments.Any(argument => argument == option || argument.StartsWith($"{option}=", StringComparison.Ordinal));
        return Path.GetFileName(program) switch
        {
            "redis-server" when !Says("--bind") => [.. arguments, "--bind", $"{address}"],
            "redis-cli" when !Says("-h") => ["-h", $"{address}", .. arguments],
            "amviz" when arguments is ["silo", ..] && Says("--http-port") && !Says(Http) => [.. arguments, $"{Http}={address}"],
            _ => arguments,
        };
    }
}
