using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Pods;

/// <summary>Environment variables of a container, as Kubernetes puts them together.</summary>
internal sealed partial class ContainerEnvironment(ClusterObjects objects, JsonObject pod, string address, string node)
{
    /// <summary>All variables that the container names; those of its image are not among them.</summary>
    /// <exception cref="NotYetException">A ConfigMap, Secret or key is not there.</exception>
    public Dictionary<string, string> Of(JsonObject container)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in container.Items("envFrom"))
        {
            foreach (var (name, bytes) in From(source))
            {
                variables[$"{source.Text("prefix")}{name}"] = Encoding.UTF8.GetString(bytes);
            }
        }

        foreach (var variable in container.Items("env"))
        {
            if (Value(variable, variables) is { } value)
            {
                variables[variable.Text("name")!] = value;
            }
        }

        return variables;
    }

    /// <summary>Replaces <c>$(NAME)</c> by a variable where there is one; <c>$$(NAME)</c> means the text itself.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
        => Reference().Replace(text, match => match.Value.StartsWith("$$", StringComparison.Ordinal) ? match.Value[1..] : variables.GetValueOrDefault(match.Groups["name"].Value, match.Value));

    [GeneratedRegex(@"\$?\$\((?<name>[A-Za-z_.-][\w.-]*)\)", RegexOptions.NonBacktracking)]
    private static partial Regex Reference();

    private IReadOnlyDictionary<string, byte[]> From(JsonObject source)
    {
        var (reference, what, data) = source.At("configMapRef") is { } map
            ? (map, "configmap", ConfigData.OfMap(objects, pod.Space(), map.Text("name")!))
            : (source.At("secretRef")!, "secret", ConfigData.OfSecret(objects, pod.Space(), source.Text("secretRef", "name")!));
        return data ?? (reference.Flag("optional") ? new Dictionary<string, byte[]>(StringComparer.Ordinal) : throw Missing($"{what} \"{reference.Text("name")}\" not found"));
    }

    private string? Value(JsonObject variable, Dictionary<string, string> known)
    {
        if (variable.At("valueFrom") is not { } source)
        {
            return Expand(variable.Text("value") ?? "", known);
        }

        if (source.Text("fieldRef", "fieldPath") is { } path)
        {
            return Field(path);
        }

        if (source.At("configMapKeyRef") is { } map)
        {
            return Key(map, "configmap", ConfigData.OfMap(objects, pod.Space(), map.Text("name")!));
        }

        return source.At("secretKeyRef") is { } secret
            ? Key(secret, "secret", ConfigData.OfSecret(objects, pod.Space(), secret.Text("name")!))
            : throw Missing($"Variable {variable.Text("name")} comes from {source.ToJsonString()}, which the stand-in cluster does not know. It knows configMapKeyRef, fieldRef and secretKeyRef.");
    }

    private static string? Key(JsonNode reference, string what, IReadOnlyDictionary<string, byte[]>? data)
    {
        if (data?.GetValueOrDefault(reference.Text("key")!) is { } bytes)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        return reference.Flag("optional")
            ? null
            : throw Missing(data is null ? $"{what} \"{reference.Text("name")}\" not found" : $"couldn't find key {reference.Text("key")} in {what} \"{reference.Text("name")}\"");
    }

    private string Field(string path)
    {
        var known = path switch
        {
            "status.podIP" or "status.podIPs" => address,
            "status.hostIP" => node,
            "spec.nodeName" => PodServices.NodeName,
            "spec.serviceAccountName" => pod.Text("spec", "serviceAccountName") ?? "default",
            _ => null,
        };
        if (known is not null)
        {
            return known;
        }

        // metadata.labels['a.b/c'] names a label; everything else is a path.
        var quoted = path.IndexOf("['", StringComparison.Ordinal);
        string[] parts = quoted < 0 ? path.Split('.') : [.. path[..quoted].Split('.'), path[(quoted + 2)..^2]];
        return pod.Text(parts) ?? (quoted < 0 ? throw Missing(string.Create(CultureInfo.InvariantCulture, $"field {path} is not known")) : "");
    }

    private static NotYetException Missing(string message) => new("CreateContainerConfigError", message);
}
