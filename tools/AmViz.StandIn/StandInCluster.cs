using System.Net;
using AmViz.StandIn.Api;
using AmViz.StandIn.Controllers;
using AmViz.StandIn.Network;
using AmViz.StandIn.Objects;
using AmViz.StandIn.Pods;
using AmViz.StandIn.Processes;
using AmViz.KubernetesApi;

namespace AmViz.StandIn;

/// <summary>A cluster of one node, this machine: the API, the controllers, and pods as processes.</summary>
internal sealed class StandInCluster : IAsyncDisposable
{
    private readonly FakeKubernetes _api;
    private readonly ControlLoop _loop;
    private readonly PodRuntime _runtime;
    private readonly ServiceNetwork _network;
    private readonly Guardian _guardian = new();

    /// <param name="port">Port of the API; 0: a free one.</param>
    /// <param name="folder">Folder for claims, logs and pods.</param>
    /// <param name="amviz">The built executable.</param>
    /// <param name="say">Tells the person at the terminal.</param>
    /// <exception cref="HttpListenerException">The port is taken.</exception>
    public StandInCluster(int port, string folder, string amviz, Action<string> say)
    {
        port = port == 0 ? FakeKubernetes.FreePort() : port;
        var store = new ObjectStore(alive: true);
        var objects = new ClusterObjects(store, TimeProvider.System);
        var addresses = new LoopbackAddresses(port);
        _network = new(objects, addresses);
        _runtime = new(new(objects, new(amviz), _network, addresses, _guardian, folder));
        _api = FakeKubernetes.Start(port, store, new Subresources(objects, _runtime));
        objects.Create(Kinds.Namespaces, new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "default" } });
        IController[] controllers =
        [
            new GarbageCollector(objects),
            new DeploymentController(objects),
            new ReplicaSetController(objects),
            new StatefulSetController(objects),
            new JobController(objects),
            _network,
            _runtime,
        ];
        _loop = new(objects, controllers, say);
    }

    /// <summary>Where the API is.</summary>
    public Uri Address => _api.Address;

    /// <summary>Ends all pods, then the API.</summary>
    public async ValueTask DisposeAsync()
    {
        await _loop.DisposeAsync();
        await _runtime.DisposeAsync();
        _guardian.Dispose();
        _network.Dispose();
        await _api.DisposeAsync();
    }
}
