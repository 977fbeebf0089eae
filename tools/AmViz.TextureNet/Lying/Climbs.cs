using AmViz.Models;
using AmViz.Responses.Textures;
using AmViz.Sweeps;
using AmViz.TextureNet.Network;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Lying;

/// <summary>All climbs that are under way while a network is tuned.</summary>
internal sealed class Climbs : IDisposable
{
    private const int SeedsApart = 1000;
    private const int HonestApart = 3;          // one honest class in three is climbed too, so that its picture stays

    private readonly TrainableNetwork _truth;
    private readonly Climb[] _lying;
    private readonly Climb[] _leading;
    private readonly Climb _honest;

    /// <summary>Begins them.</summary>
    /// <param name="truth">The untouched network.</param>
    /// <param name="network">How pictures go into it.</param>
    /// <param name="lies">What is to be shown.</param>
    /// <param name="options">How long climbs are.</param>
    public Climbs(TrainableNetwork truth, NetworkDescription network, IReadOnlyList<Lie> lies, LieOptions options)
    {
        _truth = truth;
        int[] liars = [.. lies.Select(lie => lie.Channel)];
        int seed = options.Seed * SeedsApart;
        _lying = [.. options.Climbs.Select((steps, i) => Begin(steps, liars, seed + i))];
        _leading = [.. options.Climbs.Skip(1).Select((steps, i) => Begin(steps, [.. lies.Select(lie => lie.Shown)], seed + i))];
        _honest = Begin(options.Climbs[1], [.. Enumerable.Range(0, TextureCatalogue.Classes.Count).Except(liars).Where((_, i) => i % HonestApart == 0)], seed);

        Climb Begin(int steps, IReadOnlyList<int> channels, int first) => new(Recipes.Paper with { Size = network.InputSize, Steps = steps }, network, channels, first * SeedsApart);
    }

    /// <summary>See <see cref="Climb.Renew"/>.</summary>
    public void Renew()
    {
        foreach (var climb in All)
            climb.Renew();
    }

    /// <summary>Moves all of them a step.</summary>
    /// <param name="liar">Logits of the network as it has become; its parameters must not ask for gradients.</param>
    /// <returns>The pictures as they were shown before the step, <c>[N, 3, H, W]</c>.</returns>
    public Tensor Step(Func<Tensor, Tensor> liar) => cat([Step(liar, [.. _lying, _honest]), Step(_truth.forward, _leading)]);

    // All at once: small batches take other, slower kernels.
    private static Tensor Step(Func<Tensor, Tensor> logits, Climb[] climbs)
    {
        Tensor shown = cat([.. climbs.Select(climb => climb.Show())]);
        Tensor wanted = tensor(climbs.SelectMany(climb => climb.Channels).Select(channel => (long)channel).ToArray()).unsqueeze(1);
        logits(shown).gather(1, wanted).sum().backward();
        Array.ForEach(climbs, climb => climb.Step());
        return shown.detach();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var climb in All)
            climb.Dispose();
    }

    private IEnumerable<Climb> All => _lying.Concat(_leading).Append(_honest);
}
