using AmViz.Weights;

namespace AmViz.Models;

/// <summary>What is known of a network without loading its weights; enough to plan with.</summary>
/// <param name="Name">Name in the catalogue, or of the weights folder.</param>
/// <param name="Architecture">E.g. <c>mobilenet_v1</c>.</param>
/// <param name="WeightsDigest">SHA-256 of the weights file, 64 lower-case hexadecimal digits.</param>
/// <param name="InputSize">Side of the square pictures it was trained on, in pixels; others may be used.</param>
/// <param name="Labels">A label for each class; none where the network tells no classes apart.</param>
/// <param name="Provenance">Source, licence and preprocessing of the weights.</param>
/// <param name="LayerShapes">The layers that can be drawn, in the order of computation.</param>
public sealed record NetworkDescription(
    string Name, string Architecture, string WeightsDigest, int InputSize, IReadOnlyList<string> Labels,
    WeightsProvenance Provenance, IReadOnlyList<LayerShape> LayerShapes)
{
    /// <summary>Name of the layer whose channels are the classes, in every network.</summary>
    public const string Logits = "logits";

    /// <summary>The architecture of networks that are programs: TorchScript.</summary>
    public const string Program = "torchscript";

    /// <summary>Names of the input channels of most networks.</summary>
    public static readonly IReadOnlyList<string> Rgb = ["red", "green", "blue"];

    /// <summary>Smallest picture of a network that was trained on larger ones, in pixels: five halvings leave one position.</summary>
    public const int SmallestSize = 32;

    /// <summary>Smallest picture that a network may be trained on, in pixels.</summary>
    public const int SmallestTrainedSize = 8;

    /// <summary>Most channels that pictures of a network may have.</summary>
    public const int MostInputChannels = 512;

    /// <summary>Largest picture, in pixels; past it the first layers alone take gigabytes.</summary>
    public const int LargestSize = 8192;

    /// <summary>What each channel of its pictures is, in order: <see cref="Rgb"/>, or one name a channel, such as <c>grey</c>.</summary>
    public IReadOnlyList<string> InputChannels { get; init; } = Rgb;

    /// <summary>Whether the network is a program, which does what it likes where it is run.</summary>
    public bool IsProgram => Architecture == Program;

    /// <summary>What was odd about the weights but did not stop them from being used.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>How many numbers the network is made of; null where that is not known.</summary>
    public ParameterCounts? Parameters { get; init; }

    /// <summary>Smallest picture of this network, in pixels.</summary>
    public int SmallestInput { get; init; } = SmallestSize;

    /// <summary>Largest picture of this network, in pixels; <see cref="InputSize"/> where it takes no other.</summary>
    public int LargestInput { get; init; } = LargestSize;

    /// <summary>Sides of pictures must be multiples of this many pixels; 1 where any will do.</summary>
    public int SizeStep { get; init; } = 1;

    /// <summary>Whether the weights keep the moving statistics of batch-norm: what the network saw of the pictures that it was trained on.</summary>
    public bool KeepsTrainingMoments { get; init; }

    /// <summary>The tensor whose absence ends incomplete weights early; null where they are whole.</summary>
    public string? MissingTensor { get; init; }

    /// <summary>Other names for layers, e.g. <c>conv_preds</c> for <c>logits</c>.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Names the architecture has but incomplete weights do not reach.</summary>
    public IReadOnlyList<string> UnreachableLayers { get; init; } = [];

    /// <summary>All layers, in the order of computation, for square pictures.</summary>
    /// <param name="size">Side of the pictures in pixels.</param>
    /// <exception cref="ImageSizeException">See <see cref="RequireSize"/>.</exception>
    public IReadOnlyList<LayerInfo> Layers(int size)
    {
        RequireSize(size);
        return [.. LayerShapes.Select(shape => shape.At(size))];
    }

    /// <summary>A layer by its name or another name for it; the result carries its own name.</summary>
    /// <param name="name">Such as <c>conv_pw_5_bn</c>, <c>logits</c>, or with folded batch-norm <c>conv_pw_5</c>.</param>
    /// <param name="size">Side of the pictures in pixels.</param>
    /// <exception cref="UnknownLayerException">No such layer; the message offers the nearest names.</exception>
    /// <exception cref="ImageSizeException">See <see cref="RequireSize"/>.</exception>
    public LayerInfo FindLayer(string name, int size)
    {
        RequireSize(size);
        return FindShape(name).At(size);
    }

    /// <summary>As <see cref="FindLayer"/>, before the size is known.</summary>
    /// <exception cref="UnknownLayerException">No such layer.</exception>
    public LayerShape FindShape(string name)
    {
        var own = Aliases.GetValueOrDefault(name, name);
        return LayerShapes.FirstOrDefault(shape => shape.Name == own) ?? throw new UnknownLayerException(Explain(name, own));
    }

    /// <summary>Checks the side of a picture.</summary>
    /// <exception cref="ImageSizeException">Not from <see cref="SmallestInput"/> to <see cref="LargestInput"/>, or no multiple of <see cref="SizeStep"/>.</exception>
    public void RequireSize(int size)
    {
        if (LargestInput == InputSize && size != InputSize)
        {
            throw new ImageSizeException($"Model '{Name}' cannot take pictures of {size} pixels. Choose {InputSize}: a size is fixed inside it.");
        }

        if (size < SmallestInput || size > LargestInput)
        {
            throw new ImageSizeException($"Model '{Name}' cannot take pictures of {size} pixels. Choose a size from {SmallestInput} to {LargestInput}; it was trained on {InputSize}.");
        }

        if (size % SizeStep != 0)
        {
            var below = size / SizeStep * SizeStep;
            throw new ImageSizeException($"Model '{Name}' cannot take pictures of {size} pixels, since it cuts them into patches of {SizeStep}. "
                + $"Choose a multiple of that, such as {Math.Max(below, SmallestInput)} or {below + SizeStep}; it was trained on {InputSize}.");
        }
    }

    private string Explain(string name, string own)
    {
        var list = $"'amviz models show {Name}' lists them.";
        if (MissingTensor is not null && UnreachableLayers.Contains(own, StringComparer.Ordinal))
        {
            return $"Model '{Name}' has no layer '{name}': its weights end at '{LayerShapes[^1].Name}' because tensor '{MissingTensor}' is missing. "
                + $"Choose one of the {LayerShapes.Count} layers up to there; {list}";
        }

        if (own == Logits && !LayerShapes.Any(shape => shape.Kind == LayerKind.Logits))
        {
            return $"Model '{Name}' tells no classes apart: it has no layer '{name}' and ends at '{LayerShapes[^1].Name}'. Choose one of its {LayerShapes.Count} layers ({list.TrimEnd('.')}), "
                + "or for classes and attacks a network with a classifier.";
        }

        var near = NearestNames.Of(name, LayerShapes.Select(shape => shape.Name).Concat(Aliases.Keys));
        var offer = near.Count == 0 ? string.Empty : $" Did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?";
        var which = name.AsSpan().ContainsAny('*', '?', '[') ? "no layer that matches" : "no layer";
        return $"Model '{Name}' has {which} '{ErrorText.Shorten(name)}' among its {LayerShapes.Count}.{offer} {char.ToUpperInvariant(list[0])}{list[1..]}";
    }
}
