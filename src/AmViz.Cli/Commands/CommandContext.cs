using AmViz.Cli.Engine;
using AmViz.Cli.Settings;
using AmViz.Cli.Terminal;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary>What every command is given.</summary>
/// <param name="Screen">Where it writes.</param>
/// <param name="Settings">What applies where its options say nothing.</param>
/// <param name="Engine">The parts that run tensors.</param>
/// <param name="Time">The clock.</param>
internal sealed record CommandContext(Screen Screen, AmVizSettings Settings, IEngine Engine, TimeProvider Time)
{
    /// <summary>For the networks of one command; none is opened yet.</summary>
    /// <param name="store">Where those lie that this machine does not have; null: nowhere.</param>
    public OpenedNetworks NetworksOf(IBlobStore? store) => NetworksOf(store, []);

    /// <summary>For the networks of one command.</summary>
    /// <param name="store">Where those lie that this machine does not have; null: nowhere.</param>
    /// <param name="here">Networks that are opened already.</param>
    public OpenedNetworks NetworksOf(IBlobStore? store, IReadOnlyList<NetworkSource> here) => new(store, Screen.Error, Cache, here);

    /// <summary>How networks of a store are kept on this machine.</summary>
    public NetworkCacheOptions Cache => Settings.Cache.MaxBytes is { } bytes ? new() { MaxBytes = bytes } : new();
}
