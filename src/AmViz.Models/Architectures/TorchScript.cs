using AmViz.Weights;

namespace AmViz.Models;

/// <summary>How the values of its layers are got out of a TorchScript program.</summary>
internal enum ScriptTaps
{
    /// <summary>Its modules are called one after the other, each on what the one before made.</summary>
    Modules,

    /// <summary><c>forward(x)</c> returns all layers as a tuple.</summary>
    Tuple,

    /// <summary><c>forward(x, upto)</c> returns layer number <c>upto</c>, counted from 0.</summary>
    UpTo,
}

/// <summary>What is done to the values before a module is called on them.</summary>
internal enum ScriptInput
{
    /// <summary>Nothing.</summary>
    Direct,

    /// <summary>The mean over all positions: <c>[N, C, h, w]</c> to <c>[N, C]</c>.</summary>
    Mean,

    /// <summary>Everything of a picture in one row: <c>[N, C, h, w]</c> to <c>[N, C h w]</c>.</summary>
    Flatten,
}

/// <summary>A step of a TorchScript program.</summary>
/// <param name="Name">What people call the layer.</param>
/// <param name="Module">Which module is called; of no account unless modules are called one by one.</param>
/// <param name="Input">What that module reads.</param>
/// <param name="Listed">The layer as it is listed; null for a step that is only run.</param>
internal sealed record ScriptStep(string Name, string Module, ScriptInput Input, ScriptLayer? Listed);

/// <summary>Any other network, as a program that PyTorch wrote (torch.jit.script or torch.jit.trace).</summary>
internal sealed class TorchScript : IArchitecture
{
    private const int MostSteps = 10_000;
    private const int MostChannels = 1_000_000;

    private static readonly string[] Outputs = ["logits", "probabilities"];

    private static readonly string[] Kinds = ["activation", "convolution", "tokens", "logits"];

    /// <inheritdoc/>
    public string Name => NetworkDescription.Program;

    /// <inheritdoc/>
    public string Title => "Any network that PyTorch saved as a program (TorchScript)";

    /// <inheritdoc/>
    public NameMap Names { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<PublishedNetwork> Published => [];

    /// <inheritdoc/>
    public IBlueprint Read(ConfigFields fields, int classes, int inputSize)
    {
        var taps = fields.Choice("taps", "modules", "tuple", "upto") switch { "tuple" => ScriptTaps.Tuple, "upto" => ScriptTaps.UpTo, _ => ScriptTaps.Modules };
        var step = fields.Whole("sizeStep", 1, 1024, preset: 1);
        if (inputSize % step != 0)
        {
            fields.Refuse($"'inputSize' is {inputSize} and 'sizeStep' is {step}; expected a size that is a multiple of the step.");
        }

        long parameters = fields.Whole("parameters", 0, int.MaxValue, preset: 0);
        var steps = fields.Objects("layers", MostSteps).Select(layer => ReadStep(layer, taps, classes, inputSize)).ToList();
        if (!steps.Exists(one => one.Listed is not null))
        {
            fields.Refuse("'layers' lists none; expected a list of objects with 'name', 'channels', 'height' and 'width'. 'amviz models probe FILE' proposes one.");
        }

        var twice = steps.GroupBy(one => one.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            fields.Refuse($"'layers' has '{ErrorText.Shorten(twice)}' twice; expected a name of its own for each.");
        }

        var givesProbabilities = fields.Choice("output", Outputs) == Outputs[1];
        return new TorchScriptBlueprint(taps, steps, step, parameters, givesProbabilities);
    }

    private static ScriptStep ReadStep(ConfigFields fields, ScriptTaps taps, int classes, int inputSize)
    {
        var name = fields.Text("name", start: null) ?? string.Empty;
        var module = fields.Text("module", start: null, required: false) ?? name;
        var kind = fields.Choice("kind", Kinds);
        var input = fields.Choice("input", "direct", "mean", "flatten") switch { "mean" => ScriptInput.Mean, "flatten" => ScriptInput.Flatten, _ => ScriptInput.Direct };
        if (kind == "logits")
        {
            return new ScriptStep(NetworkDescription.Logits, module, input, new ScriptLayer(NetworkDescription.Logits, LayerKind.Logits, classes, LayerExtent.One, inputSize));
        }

        var channels = fields.Whole("channels", 0, MostChannels, preset: 0);
        if (channels == 0)
        {
            if (taps != ScriptTaps.Modules)
            {
                fields.Refuse("'channels' is missing; expected the number of channels of each layer.");
            }

            return new ScriptStep(name, module, input, Listed: null);
        }

        var listed = kind switch { "convolution" => LayerKind.Convolution, "tokens" => LayerKind.Tokens, _ => LayerKind.Activation };
        var extent = new LayerExtent(fields.Whole("height", 1, NetworkDescription.LargestSize), listed == LayerKind.Tokens ? 1 : fields.Whole("width", 1, NetworkDescription.LargestSize));
        return new ScriptStep(name, module, input, new ScriptLayer(name, listed, channels, extent, inputSize, fields.Whole("classTokens", 0, 16, preset: 0)));
    }
}

/// <summary>A TorchScript program as its <c>config.json</c> describes it.</summary>
/// <param name="Taps">How layers are got out of it.</param>
/// <param name="Steps">In the order of computation.</param>
/// <param name="SizeStep">Sides of pictures must be multiples of this many pixels.</param>
/// <param name="ParameterCount">As told; 0 if it is not.</param>
/// <param name="GivesProbabilities">Whether its last layer is what a softmax made of the logits.</param>
internal sealed record TorchScriptBlueprint(ScriptTaps Taps, IReadOnlyList<ScriptStep> Steps, int SizeStep, long ParameterCount, bool GivesProbabilities = false) : IBlueprint
{
    /// <inheritdoc/>
    public LayerGraph Build(Preprocessing preprocessing)
    {
        var graph = new LayerGraph { SizeStep = SizeStep };
        foreach (var layer in Steps.Select(step => step.Listed).OfType<ScriptLayer>())
        {
            graph.Add(layer);
        }

        return graph;
    }

    /// <inheritdoc/>
    public ParameterCounts CountParameters(Preprocessing preprocessing) => new(ParameterCount, ParameterCount);
}
