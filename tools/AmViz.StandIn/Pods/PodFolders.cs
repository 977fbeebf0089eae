using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Pods;

/// <summary>Folders of a pod in place of its volumes.</summary>
internal sealed class PodFolders(PodServices services, JsonObject pod)
{
    private readonly string _name = $"{pod.Name()}_{pod.Uid()[..8]}";

    private string Root => Path.Combine(services.Folder, "pods", pod.Space(), _name);

    /// <summary>Where the logs of the pod lie; they stay.</summary>
    public string Logs => Directory.CreateDirectory(Path.Combine(services.Folder, "logs", pod.Space(), _name)).FullName;

    /// <summary>Working folder of a container.</summary>
    public string Of(JsonObject container) => Directory.CreateDirectory(Path.Combine(Root, "containers", container.Text("name")!)).FullName;

    /// <summary>Folder of a claim.</summary>
    public static string OfClaim(string folder, string space, string name) => Path.Combine(folder, "claims", space, name);

    /// <summary>Makes all volumes.</summary>
    /// <exception cref="NotYetException">An object that one of them needs is not there.</exception>
    public void Prepare()
    {
        foreach (var volume in pod.Items("spec", "volumes"))
        {
            Prepare(volume);
        }
    }

    /// <summary>Paths inside a container and the folders of this machine that they mean.</summary>
    public IReadOnlyDictionary<string, string> Mounts(JsonObject container)
    {
        var volumes = pod.Items("spec", "volumes").ToDictionary(volume => volume.Text("name")!, StringComparer.Ordinal);
        return container.Items("volumeMounts").ToDictionary(
            mount => mount.Text("mountPath")!.TrimEnd('/'),
            mount => Path.Combine(Of(volumes[mount.Text("name")!], mount.Text("name")!), mount.Text("subPath") ?? ""),
            StringComparer.Ordinal);
    }

    /// <summary>Removes what lasts as long as the pod.</summary>
    public void Remove()
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    private string Of(JsonObject volume, string name)
        => volume.Text("persistentVolumeClaim", "claimName") is { } claim
            ? OfClaim(services.Folder, pod.Space(), claim)
            : volume.Text("hostPath", "path") ?? Path.Combine(Root, "volumes", name);

    private void Prepare(JsonObject volume)
    {
        var name = volume.Text("name")!;
        var folder = Directory.CreateDirectory(Of(volume, name)).FullName;
        if (volume.Text("persistentVolumeClaim", "claimName") is { } claim && services.Objects.Get(Kinds.Claims, pod.Space(), claim) is null)
        {
            throw new NotYetException("FailedMount", $"persistentvolumeclaim \"{claim}\" not found");
        }

        if (volume.At("configMap") is { } map)
        {
            Write(folder, map, ConfigData.OfMap(services.Objects, pod.Space(), map.Text("name")!), $"configmap \"{map.Text("name")}\"");
        }
        else if (volume.At("secret") is { } secret)
        {
            Write(folder, secret, ConfigData.OfSecret(services.Objects, pod.Space(), secret.Text("secretName")!), $"secret \"{secret.Text("secretName")}\"");
        }
        else if (volume.At("emptyDir") is null && volume.At("persistentVolumeClaim") is null && volume.At("hostPath") is null)
        {
            throw new NotYetException("FailedMount", $"Volume \"{name}\" is of a kind that the stand-in cluster does not know. It knows configMap, emptyDir, hostPath, persistentVolumeClaim and secret.");
        }
    }

    private static void Write(string folder, JsonNode source, IReadOnlyDictionary<string, byte[]>? data, string what)
    {
        if (data is null)
        {
            if (source.Flag("optional"))
            {
                return;
            }

            throw new NotYetException("FailedMount", $"{what} not found");
        }

        var items = source.Items("items").Select(item => (Key: item.Text("key")!, Path: item.Text("path")!)).ToArray();
        foreach (var (key, path) in items.Length > 0 ? items : data.Keys.Select(key => (Key: key, Path: key)))
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, data.TryGetValue(key, out var bytes) ? bytes : throw new NotYetException("FailedMount", $"{what} has no key \"{key}\""));
        }
    }
}
