using System.Globalization;
using System.Text.Json.Nodes;
using AmViz.KubernetesApi;

namespace AmViz.StandIn.Objects;

/// <summary>The objects of the cluster, as controllers see them.</summary>
/// <param name="store">Where the API keeps them.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterObjects(ObjectStore store, TimeProvider time)
{
    private readonly Dictionary<string, DateTimeOffset> _told = new(StringComparer.Ordinal);
    private int _events;

    public DateTimeOffset Time => time.GetUtcNow();

    /// <summary>Time as the API writes it.</summary>
    public string Now => Written(Time);

    public static string Written(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Hears of every change, until disposed.</summary>
    public IDisposable Watch(Action changed) => store.WatchAll(changed);

    public IReadOnlyList<JsonObject> All(ApiResource kind, string space = "") => store.List(kind, space);

    public JsonObject? Get(ApiResource kind, string space, string name) => store.Get(kind, space, name);

    public void Create(ApiResource kind, JsonObject it) => store.Create(kind, it.Space(), it);

    /// <summary>Changes an object where it is still there; nothing happens if the change changes nothing.</summary>
    public void Update(ApiResource kind, JsonObject it, Action<JsonObject> change)
        => store.Update(kind, it.Space(), it.Name(), now =>
        {
            if (now.Uid() == it.Uid())
            {
                change(now);
            }
        });

    /// <summary>Changes the status of an object.</summary>
    public void UpdateStatus(ApiResource kind, JsonObject it, Action<JsonObject> change)
        => Update(kind, it, now =>
        {
            now["status"] ??= new JsonObject();
            change((JsonObject)now["status"]!);
        });

    public void Delete(ApiResource kind, JsonObject it, int? graceSeconds = null) => store.Delete(kind, it.Space(), it.Name(), graceSeconds);

    /// <summary>Removes an object at once.</summary>
    public void Remove(ApiResource kind, JsonObject it)
    {
        if (store.Get(kind, it.Space(), it.Name())?.Uid() == it.Uid())
        {
            store.Remove(kind, it.Space(), it.Name());
        }
    }

    /// <summary>A pod as a template of its owner asks for it.</summary>
    public static JsonObject Pod(JsonObject owner, string name, JsonNode template)
    {
        var pod = (JsonObject)template.DeepClone();
        pod["metadata"] ??= new JsonObject();
        var metadata = (JsonObject)pod["metadata"]!;
        (metadata["name"], metadata["namespace"]) = (name, owner.Space());
        metadata["ownerReferences"] = OwnedBy(owner);
        return pod;
    }

    /// <summary>What an object says of its owner.</summary>
    public static JsonArray OwnedBy(JsonObject owner) =>
    [
        new JsonObject { ["apiVersion"] = owner.Text("apiVersion"), ["kind"] = owner.Kind(), ["name"] = owner.Name(), ["uid"] = owner.Uid(), ["controller"] = true, ["blockOwnerDeletion"] = true },
    ];

    /// <summary>Tells people what happened; the same not again within ten seconds.</summary>
    public void Tell(JsonObject about, string reason, string message, bool warning = false)
    {
        lock (_told)
        {
            var key = $"{about.Uid()} {reason} {message}";
            if (_told.TryGetValue(key, out var last) && Time - last < TimeSpan.FromSeconds(10))
            {
                return;
            }

            _told[key] = Time;
        }

        var told = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = string.Create(CultureInfo.InvariantCulture, $"{about.Name()}.{Interlocked.Increment(ref _events):x8}"), ["namespace"] = about.Space() },
            ["involvedObject"] = new JsonObject { ["apiVersion"] = about.Text("apiVersion"), ["kind"] = about.Kind(), ["name"] = about.Name(), ["namespace"] = about.Space(), ["uid"] = about.Uid() },
            ["type"] = warning ? "Warning" : "Normal",
            ["reason"] = reason,
            ["message"] = message,
            ["firstTimestamp"] = Now,
            ["lastTimestamp"] = Now,
            ["count"] = 1,
            ["source"] = new JsonObject { ["component"] = "stand-in" },
        };
        Create(Kinds.Events, told);
    }
}
