using System.Net;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;
using AmViz.StandIn.Processes;

namespace AmViz.StandIn.Pods;

/// <summary>Command lines of the containers of a pod.</summary>
internal sealed class ContainerCommands(PodServices services, JsonObject pod, PodFolders folders, IPAddress address)
{
    /// <summary>What starts a container.</summary>
    /// <exception cref="NotYetException">Something that it needs is not there.</exception>
    public CommandLine Start(JsonObject container) => Line(container, null);

    /// <summary>What runs another command beside it.</summary>
    /// <exception cref="NotYetException">Something that it needs is not there.</exception>
    public CommandLine Run(JsonObject container, IReadOnlyList<string> command) => Line(container, command);

    private CommandLine Line(JsonObject container, IReadOnlyList<string>? command)
    {
        var image = services.Images.Find(container.Text("image") ?? "", out var problem) ?? throw new NotYetException("ErrImagePull", problem);
        var given = new ContainerEnvironment(services.Objects, pod, address.ToString(), services.Addresses.Node.ToString()).Of(container);
        var mounts = folders.Mounts(container);
        var translation = new Translation(mounts, Resolve);
        var words = command ?? [.. Words(container, image).Select(word => ContainerEnvironment.Expand(word, given))];
        words = [.. words.Select(translation.Of)];
        var program = words[0] == "amviz" ? services.Images.AmViz : words[0];
        return new(program, Images.Bind(program, [.. words.Skip(1)], address), Environment(container, image, given, mounts, translation), folders.Of(container));
    }

    private static IEnumerable<string> Words(JsonObject container, Image image)
        => container.At("command") is JsonArray ? container.Words("command").Concat(container.Words("args")) : container.Words("args").Prepend(image.EntryPoint);

    private Dictionary<string, string> Environment(JsonObject container, Image image, Dictionary<string, string> given, IReadOnlyDictionary<string, string> mounts, Translation translation)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = services.Images.SearchPath,
            ["HOSTNAME"] = pod.Text("spec", "hostname") ?? pod.Name(),
            ["HOME"] = folders.Of(container),
        };

        // A program that asks for the folder for temporary files asks for the machine's otherwise.
        if (mounts.TryGetValue("/tmp", out var temporary))
        {
            variables["TMPDIR"] = temporary;
        }

        if (System.Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
        {
            variables["DOTNET_ROOT"] = dotnet;
        }

        foreach (var (name, value) in image.Environment.Concat(given))
        {
            variables[name] = translation.Of(value);
        }

        return variables;
    }

    private IPAddress? Resolve(string host) => host is "localhost" or "127.0.0.1" or "0.0.0.0" ? address : services.Network.Resolve(pod.Space(), host);
}
