namespace AmViz.Models;

/// <summary>What of MobileNetV1 the tensors at hand suffice for.</summary>
/// <param name="Units">The convolutions whose tensors are all there, up to the first that lacks one.</param>
/// <param name="HasLogits">Whether the last convolution and the head are among them.</param>
/// <param name="Folded">Whether batch-norm is already part of weight and bias.</param>
/// <param name="Epsilon">Added to the variance where it is not.</param>
/// <param name="MissingTensor">The tensor that ends the network early; null if none does.</param>
internal sealed record MobileNetV1Plan(
    IReadOnlyList<ConvolutionUnit> Units, bool HasLogits, bool Folded, double Epsilon, string? MissingTensor)
{
    /// <summary>Matches a configuration with the tensors of a file.</summary>
    /// <param name="config">What the folder says.</param>
    /// <param name="tensors">What the file has.</param>
    /// <param name="problems">Gets a sentence for each tensor of a wrong shape or number format.</param>
    /// <param name="warnings">Gets a sentence if the file has tensors that the network does not know.</param>
    public static MobileNetV1Plan Make(
        WeightsConfig config, IReadOnlyDictionary<string, TensorEntry> tensors, List<string> problems, List<string> warnings)
    {
        IReadOnlyList<ConvolutionUnit> all = MobileNetV1Layout.Units(config.Width);
        var expected = all.SelectMany(unit => unit.Tensors(config.BatchNormFolded))
            .Concat(MobileNetV1Layout.HeadTensors(all[^1].OutputChannels, config.ClassCount)).ToList();
        foreach (var (name, shape) in expected)
        {
            if (tensors.TryGetValue(name, out TensorEntry? entry) && Mismatch(entry, shape) is { } problem)
            {
                problems.Add(problem);
            }
        }

        var strangers = tensors.Keys.Except(expected.Select(e => e.Name), StringComparer.Ordinal).ToList();
        if (strangers.Count > 0)
        {
            warnings.Add($"{strangers.Count} tensors are not part of {config.Architecture} and are ignored, the first is '{ErrorText.Shorten(strangers[0])}'.");
        }

        string? missing = expected.Select(e => e.Name).FirstOrDefault(name => !tensors.ContainsKey(name));
        var units = all.TakeWhile(unit => unit.Tensors(config.BatchNormFolded).All(t => tensors.ContainsKey(t.Name))).ToList();
        if (units.Count == 0)
        {
            problems.Add($"tensor '{missing}' is missing; without it not even the first layer can be computed.");
        }

        return new MobileNetV1Plan(units, missing is null, config.BatchNormFolded, config.BatchNormEpsilon, missing);
    }

    /// <summary>The layers that can be drawn, in order.</summary>
    public IReadOnlyList<LayerShape> Shapes(int classes)
    {
        IEnumerable<LayerShape> shapes = Units.SelectMany(unit => MobileNetV1Layout.Shapes(unit, Folded));
        return [.. HasLogits ? shapes.Append(new LayerShape(MobileNetV1Layout.Logits, LayerKind.Logits, classes, null, IsDefaultTap: true)) : shapes];
    }

    /// <summary>Names of layers that only complete weights would have.</summary>
    public IReadOnlyList<string> Unreachable(double width)
    {
        IEnumerable<string> names = MobileNetV1Layout.Units(width).Skip(Units.Count)
            .SelectMany(unit => new[] { unit.Name, unit.NormalizedName, unit.ActivatedName });
        return [.. HasLogits ? names : names.Append(MobileNetV1Layout.Logits)];
    }

    /// <summary>
    /// Other names for layers: what Keras calls the logits, and with folded batch-norm, where the bare convolution cannot
    /// be had, its name for the default tap.
    /// </summary>
    public IReadOnlyDictionary<string, string> Aliases()
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal) { [MobileNetV1Layout.Predictions] = MobileNetV1Layout.Logits };
        foreach (ConvolutionUnit unit in Folded ? Units : [])
        {
            aliases[unit.Name] = unit.NormalizedName;
        }

        return aliases;
    }

    private static string? Mismatch(TensorEntry entry, long[] shape)
    {
        bool same = entry.Shape.SequenceEqual(shape);
        return same && entry.ElementType != ElementType.Other
            ? null
            : $"tensor '{entry.Name}' is {entry.TypeName} {entry.ShapeText}; expected [{string.Join(", ", shape)}] in F32, F16 or BF16 for this width and number of classes.";
    }
}
