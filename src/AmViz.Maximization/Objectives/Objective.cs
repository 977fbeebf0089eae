using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>f_t^l: what is maximized, a number an image. Higher is better.</summary>
/// <param name="Kind">Kind, as it stands in records.</param>
/// <param name="Layer">Resolved layer name.</param>
/// <param name="Row">Row of a neuron; null: the middle.</param>
/// <param name="Column">Column of a neuron; null: the middle.</param>
internal sealed record Objective(ObjectiveKind Kind, string Layer, int? Row = null, int? Column = null)
{
    /// <summary>Name of the layer whose channels are classes.</summary>
    public const string LogitsLayer = "logits";

    /// <summary>Mean activation of a channel over all positions.</summary>
    public static Objective Channel(string layer) => new(ObjectiveKind.Channel, layer);

    /// <summary>Activation of a channel at one position.</summary>
    public static Objective Neuron(string layer, int? row = null, int? column = null) => new(ObjectiveKind.Neuron, layer, row, column);

    /// <summary>Pre-softmax score of a class.</summary>
    public static Objective Logit() => new(ObjectiveKind.Logit, LogitsLayer);

    /// <summary>Softmax probability of a class.</summary>
    public static Objective Probability() => new(ObjectiveKind.Probability, LogitsLayer);

    /// <summary>The objective that a recipe's settings stand for on <paramref name="layer"/>.</summary>
    public static Objective Of(ObjectiveSettings settings, string layer) => settings.Kind switch
    {
        ObjectiveKind.Channel when layer == LogitsLayer => Logit(),
        ObjectiveKind.Channel => Channel(layer),
        ObjectiveKind.Neuron => Neuron(layer, settings.Row, settings.Column),
        ObjectiveKind.Logit => Logit(),
        ObjectiveKind.Probability => Probability(),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "Unknown kind of objective."),
    };

    /// <summary>The objective of every image.</summary>
    /// <param name="network">Runs no further than the layer.</param>
    /// <param name="images"><c>[N, 3, H, W]</c> in [0, 1].</param>
    /// <param name="channels">Target of each image, <c>[N]</c>, int64.</param>
    /// <returns><c>[N]</c>.</returns>
    public Tensor Evaluate(INetwork network, Tensor images, Tensor channels)
    {
        if (Kind == ObjectiveKind.Probability)
        {
            return network.Forward(images, Layer).softmax(1).gather(1, channels.unsqueeze(1)).squeeze(1);
        }

        var activation = network.ForwardChannels(images, Layer, channels);                       // [N, h, w]
        return Kind == ObjectiveKind.Neuron
            ? activation.select(1, Row ?? activation.shape[1] / 2).select(1, Column ?? activation.shape[2] / 2)
            : activation.mean([1, 2]);
    }
}
