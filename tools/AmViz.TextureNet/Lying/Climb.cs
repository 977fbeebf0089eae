using AmViz.Maximization;
using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Lying;

/// <summary>Pictures on their way up, a step at a time, by the parts that the engine climbs with; each begins anew when its time is over.</summary>
internal sealed class Climb : IDisposable
{
    private readonly RenderRecipe _recipe;
    private readonly NetworkDescription _network;
    private readonly TransformPipeline _tau;
    private readonly int[] _channels;
    private readonly int _seed;
    private FourierImage _images;
    private ImageGenerators _generators;
    private IOptimizer _optimizer;
    private int _begun;

    /// <summary>Begins.</summary>
    /// <param name="recipe">Its transforms, optimizer and start; its steps are the time of a picture.</param>
    /// <param name="network">Whose pictures.</param>
    /// <param name="channels">Logits to climb, one a picture.</param>
    /// <param name="seed">Of the starts.</param>
    public Climb(RenderRecipe recipe, NetworkDescription network, IReadOnlyList<int> channels, int seed)
    {
        (_recipe, _network, _channels, _seed) = (recipe, network, [.. channels], seed);
        _tau = new(recipe.Transforms);
        (_generators, _images, _optimizer) = Begin();
    }

    /// <summary>The logits that are climbed, one a picture.</summary>
    public IReadOnlyList<int> Channels => _channels;

    /// <summary>Begins anew where the time is over. To be called outside of any dispose scope of a step, which would take the new pictures along.</summary>
    public void Renew()
    {
        if (_optimizer.StepCount == _recipe.Steps)
        {
            End();
            (_generators, _images, _optimizer) = Begin();
        }
    }

    /// <summary>The pictures as a network is shown them, transformed anew, <c>[N, 3, H, W]</c>.</summary>
    public Tensor Show() => _tau.Apply(_images.ToImages(), _generators);

    /// <summary>Moves every picture a step up the gradient that it has got.</summary>
    public void Step()
    {
        _optimizer.step();
        _optimizer.zero_grad();
    }

    /// <inheritdoc/>
    public void Dispose() => End();

    private (ImageGenerators Generators, FourierImage Images, IOptimizer Optimizer) Begin()
    {
        int begun = _begun++;
        var generators = new ImageGenerators(_channels.Select((channel, i) => new ImageGenerator(new ChannelTask("lie", _network.WeightsDigest, NetworkDescription.Logits, channel, Seed: _seed + (begun * _channels.Length) + i))));
        var images = new FourierImage(_recipe, ColourMap.Of(_recipe, _network, CPU, ScalarType.Float32), generators, CPU, ScalarType.Float32);
        return (generators, images, Optimizers.Create(_recipe.Optimizer, images.Coefficients));
    }

    private void End()
    {
        _optimizer.Dispose();
        _images.Dispose();
        _generators.Dispose();
    }
}
