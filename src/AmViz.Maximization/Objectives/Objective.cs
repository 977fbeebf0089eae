using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>f_t^l: what is maximized, a number an image. Higher is better.</summary>
/// <param name="Kind">Kind, as it stands in records.</param>
/// <param name="Layer">Resolved layer name.</param>
internal sealed record Objective(ObjectiveKind Kind, string Layer)
{
    /// <summary>Name of the layer whose channels are classes.</summary>
    public const string LogitsLayer = "logits";

    /// <summary>Row of a neuron; null: the middle.</summary>
    public int? Row { get; init; }

    /// <summary>Column of a neuron; null: the middle.</summary>
    public int? Column { get; init; }

    /// <summary>Tokens that a hidden dimension is averaged over.</summary>
    public TokenSelection Tokens { get; init; }

    /// <summary>What is added to the channel of each image.</summary>
    public ChannelDirection? Terms { get; init; }

    /// <summary>Mean activation of a channel over all positions.</summary>
    public static Objective Channel(string layer) => new(ObjectiveKind.Channel, layer);

    /// <summary>Activation of a channel at one position.</summary>
    public static Objective Neuron(string layer, int? row = null, int? column = null)
        => new(ObjectiveKind.Neuron, layer) { Row = row, Column = column };

    /// <summary>Pre-softmax score of a class.</summary>
    public static Objective Logit() => new(ObjectiveKind.Logit, LogitsLayer);

    /// <summary>Softmax probability of a class.</summary>
    public static Objective Probability() => new(ObjectiveKind.Probability, LogitsLayer);

    /// <summary>The objective that a recipe's settings stand for on <paramref name="layer"/>.</summary>
    public static Objective Of(ObjectiveSettings settings, string layer)
    {
        var own = settings.Kind switch
        {
            ObjectiveKind.Channel when layer == LogitsLayer => Logit(),
            ObjectiveKind.Channel => Channel(layer),
            ObjectiveKind.Neuron => Neuron(layer, settings.Row, settings.Column),
            ObjectiveKind.Logit => Logit(),
            ObjectiveKind.Probability => Probability(),
            _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "Unknown kind of objective."),
        };
        return own with
        {
            Tokens = settings.Tokens ?? TokenSelection.All,
            Terms = settings.Terms is { Count: > 0 } terms ? new(terms, layer) : null,
        };
    }

    /// <summary>The objective of every image.</summary>
    /// <param name="network">Runs no further than the layer.</param>
    /// <param name="images"><c>[N, C, H, W]</c> in [0, 1].</param>
    /// <param name="channels">Target of each image, <c>[N]</c>, int64.</param>
    /// <param name="redirected">Images whose gradient passes silent ReLUs, <c>[N]</c>, bool (<see cref="INetwork.Forward"/>); null: none.</param>
    /// <returns><c>[N]</c>.</returns>
    public Tensor Evaluate(INetwork network, Tensor images, Tensor channels, Tensor? redirected = null)
    {
        var own = EvaluateOwn(network, images, channels, redirected);
        return Terms is null ? own : own.add(Terms.Evaluate(network, images, redirected), HeldScalars.One);
    }

    private Tensor EvaluateOwn(INetwork network, Tensor images, Tensor channels, Tensor? redirected)
    {
        if (Kind == ObjectiveKind.Probability)
        {
            return network.Forward(images, Layer, redirected).softmax(1).gather(1, channels.unsqueeze(1)).squeeze(1);
        }

        var activation = network.ForwardChannels(images, Layer, channels, redirected);                     // [N, h, w]
        return Kind switch
        {
            ObjectiveKind.Neuron => activation.select(1, Row ?? activation.shape[1] / 2).select(1, Column ?? activation.shape[2] / 2),
            ObjectiveKind.Channel or ObjectiveKind.Logit => (Tokens == TokenSelection.All ? activation : Selected(activation, network, images)).mean([1, 2]),
            _ => throw new InvalidOperationException($"Objective {Kind} has no formula."),
        };
    }

    /// <summary>The class token comes first, then registers where there are some, then the tokens of the patches.</summary>
    private Tensor Selected(Tensor activation, INetwork network, Tensor images)
    {
        var layer = network.Description.FindLayer(Layer, (int)images.shape[2]);
        var classTokens = layer.PrefixTokens - layer.Registers;
        if (layer.PrefixTokens == 0 || (classTokens == 0 && Tokens == TokenSelection.Class))
        {
            throw new ChannelRenderException(
                $"Layer '{Layer}' of '{network.Description.Name}' has no class token, so that '{Tokens.ToString().ToLowerInvariant()}' chooses nothing there. Leave the choice of tokens out.");
        }

        return Tokens == TokenSelection.Class
            ? activation.narrow(1, 0, classTokens)
            : activation.narrow(1, layer.PrefixTokens, activation.shape[1] - layer.PrefixTokens);
    }
}
