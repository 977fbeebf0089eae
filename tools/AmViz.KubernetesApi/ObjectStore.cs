using System.Globalization;
using System.Text.Json.Nodes;

namespace AmViz.KubernetesApi;

/// <summary>What a change did.</summary>
/// <param name="Code">HTTP status.</param>
/// <param name="Object">The object as it is now; null where the change was refused.</param>
/// <param name="Message">Why it was refused.</param>
internal sealed record Change(int Code, JsonObject? Object, string Message = "");

/// <summary>Objects of a cluster, with versions, watches, and what a real server refuses to change.</summary>
/// <param name="alive">Whether controllers work on the objects: they say the status, and end a pod before it goes. Otherwise everything is ready at once.</param>
internal sealed class ObjectStore(bool alive = false)
{
    private const int KeptEvents = 10_000;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> _applied = new(StringComparer.Ordinal);
    private readonly List<Action<string, ApiResource, JsonObject>> _watchers = [];
    private readonly Queue<(int Version, string Type, ApiResource Resource, JsonObject Object)> _events = new();
    private int _version;

    private static ApiResource Namespaces => ApiResource.ByGroupVersion["v1"].Single(resource => resource.Kind == "Namespace");

    public string Version => _version.ToString(CultureInfo.InvariantCulture);

    public JsonObject? Get(ApiResource resource, string space, string name)
    {
        lock (_gate)
        {
            return (JsonObject?)_objects.GetValueOrDefault(Key(resource, space, name))?.DeepClone();
        }
    }

    public IReadOnlyList<JsonObject> List(ApiResource resource, string space)
    {
        lock (_gate)
        {
            var prefix = Key(resource, space, "");
            return [.. _objects.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => (JsonObject)pair.Value.DeepClone())];
        }
    }

    public Change Create(ApiResource resource, string space, JsonObject given)
    {
        lock (_gate)
        {
            var name = (string)given["metadata"]!["name"]!;
            return IsNowhere(resource, space) ? NotFound(Namespaces, space) : _objects.ContainsKey(Key(resource, space, name))
                ? new(409, null, $"{resource.Plural} \"{name}\" already exists")
                : new(201, Put(resource, space, name, given, "ADDED"));
        }
    }

    public Change Replace(ApiResource resource, string space, string name, JsonObject given)
    {
        lock (_gate)
        {
            return Get(resource, space, name) is { } before ? Change(resource, space, name, before, given) : NotFound(resource, name);
        }
    }

    /// <summary>A merge patch, strategic if lists of named things are merged by name, or with a manager a server-side apply: what that manager no longer says goes away.</summary>
    public Change Patch(ApiResource resource, string space, string name, JsonObject patch, string? manager, bool byName = false)
    {
        lock (_gate)
        {
            var key = Key(resource, space, name);
            var before = Get(resource, space, name);
            if (manager is null)
            {
                return before is null ? NotFound(resource, name) : Change(resource, space, name, before, Merge((JsonObject)before.DeepClone(), patch, byName));
            }

            var after = (JsonObject?)before?.DeepClone() ?? [];
            if (_applied.TryGetValue($"{key} {manager}", out var last))
            {
                Forget(after, last, patch);
            }

            Merge(after, patch);
            var change = before is null && IsNowhere(resource, space) ? NotFound(Namespaces, space) : before is null ? new(201, Put(resource, space, name, after, "ADDED")) : Change(resource, space, name, before, after);
            if (change.Object is not null)
            {
                _applied[$"{key} {manager}"] = (JsonObject)patch.DeepClone();
            }

            return change;
        }
    }

    /// <summary>Removes an object. A pod that runs is asked to end within a number of seconds, by default its own, and goes later by <see cref="Remove"/>.</summary>
    public Change Delete(ApiResource resource, string space, string name, int? graceSeconds = null)
    {
        lock (_gate)
        {
            if (!alive || resource.Kind != "Pod" || Get(resource, space, name) is not { } pod)
            {
                return Remove(resource, space, name);
            }

            var metadata = (JsonObject)pod["metadata"]!;
            var grace = graceSeconds ?? (int?)pod["spec"]?["terminationGracePeriodSeconds"] ?? 30;
            if (metadata["deletionTimestamp"] is null || grace < (int)metadata["deletionGracePeriodSeconds"]!)
            {
                metadata["deletionTimestamp"] ??= LiveObjects.Now();
                metadata["deletionGracePeriodSeconds"] = grace;
                pod = Put(resource, space, name, pod, "MODIFIED");
            }

            return new(200, pod);
        }
    }

    /// <summary>Removes an object at once.</summary>
    public Change Remove(ApiResource resource, string space, string name)
    {
        lock (_gate)
        {
            if (!_objects.Remove(Key(resource, space, name), out var gone))
            {
                return NotFound(resource, name);
            }

            if (alive && resource.Kind == "Namespace")
            {
                Empty(name);
            }

            gone["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
            Tell("DELETED", resource, gone);
            return new(200, gone);
        }
    }

    /// <summary>Changes an object where it is still there, as controllers do: status and all.</summary>
    public void Update(ApiResource resource, string space, string name, Action<JsonObject> change)
    {
        lock (_gate)
        {
            if (Get(resource, space, name) is { } before)
            {
                var after = (JsonObject)before.DeepClone();
                change(after);
                if (!JsonNode.DeepEquals(before, after))
                {
                    Put(resource, space, name, after, "MODIFIED");
                }
            }
        }
    }

    /// <summary>Hears of every change of any object, until disposed.</summary>
    public IDisposable WatchAll(Action told) => Hearing((_, _, _) => told());

    /// <summary>Hears of every change, until disposed.</summary>
    /// <param name="resource">Of which kind.</param>
    /// <param name="space">In which namespace; empty: in any.</param>
    /// <param name="fromTheBeginning">Whether to hear of every object there is first.</param>
    /// <param name="after">Version after which changes are told that were before; null: none.</param>
    /// <param name="told">Hears.</param>
    public IDisposable Watch(ApiResource resource, string space, bool fromTheBeginning, int? after, Action<string, JsonObject> told)
    {
        void Hear(string type, ApiResource changed, JsonObject it)
        {
            if (changed == resource && (space.Length == 0 || (string?)it["metadata"]!["namespace"] == space))
            {
                told(type, it);
            }
        }

        lock (_gate)
        {
            if (fromTheBeginning)
            {
                foreach (var it in List(resource, space))
                {
                    told("ADDED", it);
                }
            }

            foreach (var (_, type, changed, it) in _events.Where(change => change.Version > after && !fromTheBeginning))
            {
                Hear(type, changed, (JsonObject)it.DeepClone());
            }

            return Hearing(Hear);
        }
    }

    private Ending Hearing(Action<string, ApiResource, JsonObject> told)
    {
        lock (_gate)
        {
            _watchers.Add(told);
        }

        return new(() =>
        {
            lock (_gate)
            {
                _watchers.Remove(told);
            }
        });
    }

    private Change Change(ApiResource resource, string space, string name, JsonObject before, JsonObject after)
        => Immutable.Violation(resource.Kind, before, after) is { } fields
            ? new(422, null, $"{resource.Kind}.{resource.Group} \"{name}\" is invalid: {fields}: Invalid value: field is immutable")
            : new(200, Put(resource, space, name, alive ? LiveObjects.Changed(before, after) : after, "MODIFIED"));

    private JsonObject Put(ApiResource resource, string space, string name, JsonObject given, string type)
    {
        var it = (JsonObject)given.DeepClone();
        it["apiVersion"] = resource.GroupVersion;
        it["kind"] = resource.Kind;
        it["metadata"] ??= new JsonObject();
        var metadata = (JsonObject)it["metadata"]!;
        metadata["name"] = name;
        if (space.Length > 0)
        {
            metadata["namespace"] = space;
        }

        metadata["uid"] ??= Guid.NewGuid().ToString();
        metadata["creationTimestamp"] ??= alive ? LiveObjects.Now() : "2026-01-01T00:00:00Z";
        metadata["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        metadata["generation"] ??= 1;
        if (alive && type == "ADDED")
        {
            LiveObjects.Complete(it);
        }

        if (!(alive && LiveObjects.HasController(resource.Kind)) && ReadyStatus.Of(it) is { } status)
        {
            it["status"] = status;
        }

        _objects[Key(resource, space, name)] = it;
        Tell(type, resource, it);
        return (JsonObject)it.DeepClone();
    }

    private void Tell(string type, ApiResource resource, JsonObject it)
    {
        _events.Enqueue((_version, type, resource, it));
        while (_events.Count > KeptEvents)
        {
            _events.Dequeue();
        }

        foreach (var watcher in _watchers.ToArray())
        {
            watcher(type, resource, (JsonObject)it.DeepClone());
        }
    }

    // With a namespace goes all that is in it.
    private void Empty(string space)
    {
        foreach (var resource in ApiResource.ByGroupVersion.SelectMany(group => group).Where(resource => resource.Namespaced))
        {
            foreach (var it in List(resource, space))
            {
                Delete(resource, space, (string)it["metadata"]!["name"]!);
            }
        }
    }

    private bool IsNowhere(ApiResource resource, string space) => alive && resource.Namespaced && !_objects.ContainsKey(Key(Namespaces, "", space));

    private static Change NotFound(ApiResource resource, string name) => new(404, null, $"{resource.Plural} \"{name}\" not found");

    private static string Key(ApiResource resource, string space, string name)
        => space.Length == 0 && resource.Namespaced ? $"{resource.GroupVersion} {resource.Plural} " : $"{resource.GroupVersion} {resource.Plural} {space}/{name}";

    private static JsonObject Merge(JsonObject into, JsonObject patch, bool byName = false)
    {
        foreach (var (key, value) in patch.ToArray())
        {
            if (value is null)
            {
                into.Remove(key);
            }
            else if (value is JsonObject part && into[key] is JsonObject there)
            {
                Merge(there, part, byName);
            }
            else if (byName && value is JsonArray named && into[key] is JsonArray all && named.All(Named) && all.All(Named))
            {
                foreach (var one in named.Cast<JsonObject>())
                {
                    if (all.FirstOrDefault(it => (string?)it!["name"] == (string?)one["name"]) is JsonObject known)
                    {
                        Merge(known, one, byName);
                    }
                    else
                    {
                        all.Add(one.DeepClone());
                    }
                }
            }
            else
            {
                into[key] = value.DeepClone();
            }
        }

        return into;
    }

    private static bool Named(JsonNode? it) => it is JsonObject && it["name"] is not null;

    private static void Forget(JsonObject it, JsonObject last, JsonObject now)
    {
        foreach (var (key, value) in last)
        {
            if (now[key] is null)
            {
                it.Remove(key);
            }
            else if (value is JsonObject part && now[key] is JsonObject still && it[key] is JsonObject there)
            {
                Forget(there, part, still);
            }
        }
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
