using AmViz.Models;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.Weights;

namespace AmViz.Networks;

/// <summary>Finds the network that somebody means by a name, a folder or a digest: on this machine, and what is not here in a store.</summary>
/// <remarks>
/// Results are filed under a network's name and digest, so whoever reads a spec must come to the same two, wherever that is. Hence a network of a store has the name
/// that it was pushed with, and under a digest alone the store comes before what <c>amviz models pull</c> fetched to this machine.
/// </remarks>
public sealed class NetworkLocator
{
    private const int FewestDigits = 8;
    private const int AllDigits = 64;
    private const int ShownDigits = 12;
    private const int MostShown = 10;

    private readonly IBlobStore? _blobs;
    private readonly NetworkStore? _store;
    private readonly NetworkCache? _cache;

    /// <summary>Looks nowhere yet.</summary>
    /// <param name="store">Where <see cref="NetworkPublisher"/> put networks; null: only this machine is searched.</param>
    /// <param name="options">Where those of the store are kept once they are fetched.</param>
    public NetworkLocator(IBlobStore? store, NetworkCacheOptions options)
    {
        _blobs = store;
        _store = store is null ? null : new(store);
        _cache = store is null ? null : new(store, options, instruments: null, TimeProvider.System);
    }

    /// <summary>Finds a network and opens it; no tensor is loaded. One of the store is fetched, unless it was before.</summary>
    /// <param name="wanted">Its name, folder or digest; its layers do not matter.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UnknownModelException">There is none such, or there are several.</exception>
    /// <exception cref="NetworkRefusedException">What the store has is not what its digest says.</exception>
    /// <exception cref="WeightsFormatException">The folder is not as it should be.</exception>
    /// <exception cref="StoreUnreachableException">The store or this machine's disk cannot be used; the network may be found later.</exception>
    public async Task<LocatedNetwork> LocateAsync(ModelSelection wanted, CancellationToken cancellationToken)
    {
        if (Contradiction(wanted) is { } problem)
        {
            throw new UnknownModelException(problem);
        }

        wanted = wanted with { Digest = wanted.Digest?.ToLowerInvariant() };
        return OpenHere(wanted) is { } here ? new(here, IsOfStore: false)
            : await OpenStoredAsync(wanted, cancellationToken) is { } stored ? new(stored, IsOfStore: true)
            : wanted is { Digest: not null, Model: null } && WithDigest(NetworkCatalogue.OpenFetched(), wanted) is { } fetched ? new(fetched, IsOfStore: false)
            : throw new UnknownModelException(await ExplainAsync(wanted, cancellationToken));
    }

    private static string? Contradiction(ModelSelection wanted) => wanted switch
    {
        { Digest: null } => null,
        { Weights: not null } => "Both a folder of weights and a digest are given, and each of them names a network. Leave one out.",
        { CheckpointKey: not null } => "Both a digest and a checkpoint key are given; the digest says already which network of its weights is meant. Leave the key out.",
        { Digest: { Length: >= FewestDigits and <= AllDigits } digest } when digest.All(char.IsAsciiHexDigit) => null,
        _ => $"'{ErrorText.Shorten(wanted.Digest)}' is no digest. Expected the SHA-256 of the weights in hexadecimal, or at least its first {FewestDigits} digits, as 'amviz models show' and 'amviz models push' tell it.",
    };

    private static NetworkSource? OpenHere(ModelSelection wanted) => wanted switch
    {
        { Weights: not null } => NetworkCatalogue.Open(wanted.Model, wanted.Weights, wanted.CheckpointKey),
        { Digest: null } => NetworkCatalogue.Find(NameOf(wanted), wanted.CheckpointKey),
        { Model: null } => WithDigest(NetworkCatalogue.OpenBuiltIn(), wanted),
        _ => NetworkCatalogue.Find(NameOf(wanted)) is { } named ? WithDigest([named], wanted) : null,
    };

    private static NetworkSource? WithDigest(IEnumerable<NetworkSource> sources, ModelSelection wanted)
        => sources.FirstOrDefault(source => source.Description.WeightsDigest.StartsWith(wanted.Digest!, StringComparison.Ordinal));

    private async Task<NetworkSource?> OpenStoredAsync(ModelSelection wanted, CancellationToken cancellationToken)
    {
        var found = await ListAsync(wanted.Digest ?? "", cancellationToken).Where(network => IsMeant(network, wanted)).ToArrayAsync(cancellationToken);
        if (found.Length > 1)
        {
            var several = wanted.Digest is null ? $"called '{NameOf(wanted)}'" : $"whose digest begins with '{wanted.Digest}'";
            throw new UnknownModelException($"{_blobs!.Name} has {found.Length} networks {several}: {Texts(found, AllDigits)}. Say which by its digest, or by more of it: --digest, in a spec 'digest'.");
        }

        using var taken = found.Length == 0 ? null : await _cache!.TakeAsync(found[0].WeightsDigest, cancellationToken);
        return taken?.Open(found[0].Model, found[0].WeightsDigest);
    }

    private static bool IsMeant(StoredNetwork network, ModelSelection wanted)
        => (wanted.Model is null || network.Model == NameOf(wanted)) && (wanted.CheckpointKey is null || network.CheckpointKey == wanted.CheckpointKey);

    private async Task<string> ExplainAsync(ModelSelection wanted, CancellationToken cancellationToken)
    {
        var called = wanted.Model is null ? "" : $" called '{ErrorText.Shorten(wanted.Model)}'";
        var missing = wanted.Digest is null ? NetworkCatalogue.Explain(NameOf(wanted)) : $"No network{called} has a digest that begins with '{wanted.Digest}'.";
        var here = wanted is { Digest: not null, Model: not null } && NetworkCatalogue.Find(NameOf(wanted)) is { } named ? $" The one on this machine has {named.Description.WeightsDigest}." : "";
        return _blobs is null
            ? $"{missing}{here} One that was pushed to a store is found with --store."
            : $"{missing}{here} {StoredText(await ListAsync("", cancellationToken).ToArrayAsync(cancellationToken), wanted)} Check what you wrote, or put the network there with 'amviz models push' from a machine that has it.";
    }

    private string StoredText(StoredNetwork[] stored, ModelSelection wanted)
    {
        var near = wanted is { Digest: null, Model: { } name } ? NearestNames.Of(name, stored.Select(network => network.Model).Distinct(StringComparer.Ordinal)) : [];
        var offer = near.Count == 0 ? "" : $" Did you mean {string.Join(" or ", near.Select(one => $"'{one}'"))}?";
        var rest = stored.Length > MostShown ? $" and {stored.Length - MostShown} more" : "";
        return stored.Length == 0 ? $"{_blobs!.Name} has no networks." : $"{_blobs!.Name} has {Texts(stored.Take(MostShown), ShownDigits)}{rest}.{offer}";
    }

    private IAsyncEnumerable<StoredNetwork> ListAsync(string digest, CancellationToken cancellationToken)
        => _store?.ListAsync(digest, cancellationToken) ?? AsyncEnumerable.Empty<StoredNetwork>();

    private static string NameOf(ModelSelection wanted)
        => wanted.Model is { } name ? HubCache.KeptName(name) ?? name : NetworkCatalogue.DefaultName;

    private static string Texts(IEnumerable<StoredNetwork> networks, int digits) => string.Join(", ", networks.Select(network =>
        $"'{network.Model}' ({ErrorText.Shorten(network.WeightsDigest, digits)}{(network.CheckpointKey is null ? "" : $", checkpoint key {network.CheckpointKey}")})"));
}

/// <summary>A network that was found.</summary>
/// <param name="Source">It, opened.</param>
/// <param name="IsOfStore">Whether it was taken from the store; otherwise it is of this machine, and a store may lack it.</param>
public sealed record LocatedNetwork(NetworkSource Source, bool IsOfStore);
