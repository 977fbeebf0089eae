using System.Collections.Concurrent;
using AmViz.Models;
using AmViz.Storage;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Networks;

/// <summary>The networks of a silo: those it was told of, those inside this program or fetched by <c>amviz models pull</c>, and all others from the store.</summary>
/// <remarks>A network of the store is fetched once for all renderers and processes of this machine, and hashed before every use.</remarks>
public sealed class StoredNetworks : INetworkSource
{
    // A thousand channels ask for the same network, which is not fetched a thousand times to see whether somebody has mended it by hand.
    private static readonly TimeSpan RefusalLasts = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<NetworkSource> _local;
    // Only what succeeds is kept: a disk that cannot be read now may be readable later.
    private readonly Lazy<IReadOnlyList<NetworkSource>> _builtIn = new(NetworkCatalogue.OpenBuiltIn, LazyThreadSafetyMode.PublicationOnly);
    private readonly Lazy<IReadOnlyList<NetworkSource>> _pulled = new(NetworkCatalogue.OpenFetched, LazyThreadSafetyMode.PublicationOnly);
    private readonly ConcurrentDictionary<string, (long At, int? Mended, NetworkException Why)> _refused = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly NetworkCache _cache;
    private readonly IBlobStore _store;

    /// <summary>Networks of a silo; nothing is fetched yet.</summary>
    /// <param name="local">Opened networks that need no fetching.</param>
    /// <param name="store">Where <see cref="NetworkPublisher"/> put the others.</param>
    /// <param name="options">Where fetched networks are kept.</param>
    /// <param name="instruments">Counts what is fetched and refused; may be null.</param>
    /// <param name="time">The clock; null: the system's.</param>
    public StoredNetworks(
        IEnumerable<NetworkSource> local, IBlobStore store, NetworkCacheOptions options, NetworkInstruments? instruments = null, TimeProvider? time = null)
    {
        _local = [.. local];
        _store = store;
        _time = time ?? TimeProvider.System;
        _cache = new(store, options, instruments, _time);
    }

    /// <summary>Networks whose refusal is remembered.</summary>
    internal int Refusals => _refused.Count;

    /// <inheritdoc/>
    /// <exception cref="NetworkRefusedException">What the store has is not what its digest says.</exception>
    /// <exception cref="StoreUnreachableException">The store or this machine's disk cannot be used; the network may be fetched later.</exception>
    public INetwork Load(string model, string weightsDigest, torch.Device device)
        // A renderer loads on the thread of its device, which has nothing to do before that, and nothing runs on it meanwhile.
#pragma warning disable VSTHRD002
        => Task.Run(() => UseAsync(model, weightsDigest, source => source.Load(device), CancellationToken.None)).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

    /// <summary>The networks that need no fetching.</summary>
    public IReadOnlyList<NetworkDescription> Here => [.. _local.Concat(_builtIn.Value).Concat(_pulled.Value).Select(source => source.Description).DistinctBy(network => network.WeightsDigest, StringComparer.Ordinal)];

    /// <summary>Lets <paramref name="use"/> read a network, which stays on the disk until it is done.</summary>
    internal async Task<T> UseAsync<T>(string model, string weightsDigest, Func<NetworkSource, T> use, CancellationToken cancellationToken)
    {
        if (FindHere(weightsDigest) is { } here)
        {
            return use(here);
        }

        // A push that mends it tells, so that the next sweep draws at once.
        if (_refused.TryGetValue(weightsDigest, out var refused)
            && _time.GetElapsedTime(refused.At) < RefusalLasts
            && refused.Mended == await _cache.MendedAsync(weightsDigest, cancellationToken))
        {
            throw refused.Why;
        }

        try
        {
            return await UseFetchedAsync(model, weightsDigest, use, cancellationToken);
        }
        catch (NetworkException e)
        {
            ForgetRefusals();
            _refused[weightsDigest] = (_time.GetTimestamp(), (e as NetworkRefusedException)?.Mended, e);
            throw;
        }
    }

    private void ForgetRefusals()
    {
        foreach (var refused in _refused.Where(refused => _time.GetElapsedTime(refused.Value.At) >= RefusalLasts))
        {
            _refused.TryRemove(refused);
        }
    }

    private async Task<T> UseFetchedAsync<T>(string model, string weightsDigest, Func<NetworkSource, T> use, CancellationToken cancellationToken)
    {
        using var taken = await _cache.TakeAsync(weightsDigest, cancellationToken)
            ?? throw new UnknownModelException(
                $"'{model}' with weights {weightsDigest} is not known here, and {_store.Name} does not have it. Put it there with 'amviz models push' from a machine that has it, or give this one the folder with --weights.");
        return use(taken.Open(model, weightsDigest));
    }

    private NetworkSource? FindHere(string weightsDigest)
        => Find(_local, weightsDigest) ?? Find(_builtIn.Value, weightsDigest) ?? Find(_pulled.Value, weightsDigest);

    private static NetworkSource? Find(IEnumerable<NetworkSource> sources, string weightsDigest)
        => sources.FirstOrDefault(source => source.Description.WeightsDigest == weightsDigest);
}
