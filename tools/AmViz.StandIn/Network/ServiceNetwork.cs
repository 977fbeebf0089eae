using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AmViz.StandIn.Controllers;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Network;

/// <summary>Services: each has an address that stays, whose ports lead to its pods; so has each pod with a name of its own below a headless one.</summary>
internal sealed class ServiceNetwork(ClusterObjects objects, LoopbackAddresses addresses) : IController, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);

    public void Reconcile()
    {
        lock (_gate)
        {
            var services = objects.All(Kinds.Services).ToDictionary(service => $"{service.Space()}/{service.Name()}", StringComparer.Ordinal);
            foreach (var (key, place) in _places.Where(one => services.GetValueOrDefault(one.Value.Service)?.Uid() != one.Value.Uid).ToArray())
            {
                _places.Remove(key);
                place.Dispose();
                addresses.GiveBack(place.Address);
            }

            foreach (var (key, service) in services)
            {
                var place = At(key, key, service, host: null);
                if (service.Text("spec", "clusterIP") is null && service.Text("spec", "type") != "ExternalName")
                {
                    objects.Update(Kinds.Services, service, it => it["spec"]!["clusterIP"] = place.Address.ToString());
                }
            }

            foreach (var place in _places.Values)
            {
                Open(place, services[place.Service]);
            }
        }
    }

    /// <summary>Address of a name as pods of a namespace know it, such as <c>redis</c>, <c>redis.other.svc</c> or <c>job-0.job</c>; null: nobody has it.</summary>
    public IPAddress? Resolve(string space, string host)
    {
        foreach (var end in new[] { ".cluster.local", ".svc" })
        {
            host = host.EndsWith(end, StringComparison.Ordinal) ? host[..^end.Length] : host;
        }

        var parts = host.Split('.');
        return parts switch
        {
            [var service] => Find(space, service, null),
            [var first, var second] => Find(second, first, null) ?? Find(space, second, first),
            [var first, var service, var other] => Find(other, service, first),
            _ => null,
        };
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var place in _places.Values)
            {
                place.Dispose();
            }
        }
    }

    private IPAddress? Find(string space, string name, string? host)
    {
        lock (_gate)
        {
            if (objects.Get(Kinds.Services, space, name) is not { } service || (host is not null && service.Text("spec", "clusterIP") != "None"))
            {
                return null;
            }

            var key = $"{space}/{name}";
            var place = At(host is null ? key : $"{key}/{host}", key, service, host);
            Open(place, service);
            return place.Address;
        }
    }

    private Place At(string key, string serviceKey, JsonObject service, string? host)
    {
        if (!_places.TryGetValue(key, out var place))
        {
            _places[key] = place = new(addresses.TakeForService(), serviceKey, service.Uid(), host);
        }

        return place;
    }

    private void Open(Place place, JsonObject service)
    {
        foreach (var port in service.Items("spec", "ports"))
        {
            var number = port.Number("port")!.Value;
            if (!place.Ports.ContainsKey(number))
            {
                var (space, name) = (service.Space(), service.Name());
                try
                {
                    place.Ports[number] = new(new(place.Address, number), () => Target(space, name, number, place.Host));
                }
                catch (SocketException e)
                {
                    objects.Tell(service, "PortNotOpened", string.Create(CultureInfo.InvariantCulture, $"{place.Address}:{number} cannot be opened: {e.Message}. Something on this machine listens on all addresses of that port; end it."), warning: true);
                }
            }
        }
    }

    private IPEndPoint? Target(string space, string name, int number, string? host)
    {
        if (objects.Get(Kinds.Services, space, name) is not { } service
            || service.Items("spec", "ports").FirstOrDefault(port => port.Number("port") == number) is not { } port)
        {
            return null;
        }

        var early = service.Flag("spec", "publishNotReadyAddresses");
        var pods = objects.All(Kinds.Pods, space)
            .Where(pod => pod.IsSelectedBy(service.At("spec", "selector")) && pod.Text("status", "podIP") is not null && !pod.IsOver() && (early || pod.IsReady()))
            .Where(pod => host is null || (pod.Text("spec", "hostname") == host && pod.Text("spec", "subdomain") == name))
            .ToArray();
        if (pods.Length == 0)
        {
            return null;
        }

        var pod = pods[System.Security.Cryptography.RandomNumberGenerator.GetInt32(pods.Length)];
        var target = port.Text("targetPort") ?? number.ToString(CultureInfo.InvariantCulture);
        var found = int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var plain) ? plain : PortOf(pod, target);
        return found is { } open ? new(IPAddress.Parse(pod.Text("status", "podIP")!), open) : null;
    }

    /// <summary>Number of a named port of a pod.</summary>
    public static int? PortOf(JsonObject pod, string name)
        => pod.Items("spec", "containers").Concat(pod.Items("spec", "initContainers"))
            .SelectMany(container => container.Items("ports")).FirstOrDefault(port => port.Text("name") == name)?.Number("containerPort");

    private sealed record Place(IPAddress Address, string Service, string Uid, string? Host) : IDisposable
    {
        public Dictionary<int, PortForwarder> Ports { get; } = [];

        public void Dispose()
        {
            foreach (var port in Ports.Values)
            {
                port.Dispose();
            }
        }
    }
}
