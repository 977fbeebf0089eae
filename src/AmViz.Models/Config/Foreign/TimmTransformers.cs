using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AmViz.Models;

/// <summary>timm's Vision Transformers (timm, models/vision_transformer.py, models/deit.py).</summary>
internal static partial class TimmTransformers
{
    // Hidden units of the perceptron by the width; of the gated one 8/3.
    private const double PlainRatio = 4;
    private const double GatedRatio = 8 / 3.0;

    private static readonly Dictionary<string, string> Activations = new(StringComparer.Ordinal) { ["quick_gelu"] = "quick_gelu", ["gelu_tanh"] = "gelu_tanh", ["gelu"] = "gelu" };

    // What 'model_args' may change, by our name.
    private static readonly (string Ours, string Theirs)[] Arguments =
    [
        ("patchSize", "patch_size"), ("width", "embed_dim"), ("depth", "depth"), ("heads", "num_heads"), ("classToken", "class_token"), ("registers", "reg_tokens"),
        ("preNorm", "pre_norm"), ("qkvBias", "qkv_bias"), ("poolingNorm", "fc_norm"),
    ];

    private static readonly string[] OtherArguments = ["global_pool", "no_embed_class", "init_values", "mlp_ratio", "act_layer"];

    /// <summary>Whether an argument is one that is taken into account for this network.</summary>
    public static bool Knows(JsonObject ours, string argument)
        => (string?)ours["architecture"] == "vit" && (Arguments.Any(known => known.Theirs == argument) || OtherArguments.Contains(argument, StringComparer.Ordinal));

    /// <summary>Tells the measures; null where the name is none of these networks.</summary>
    /// <param name="name">timm's name of the architecture.</param>
    /// <param name="ours">Gets them.</param>
    /// <param name="config">Theirs.</param>
    public static JsonObject? Of(string name, JsonObject ours, JsonElement? config)
    {
        var form = NameForm().Match(name);
        var parts = form.Groups["parts"].Value.Split('_', StringSplitOptions.RemoveEmptyEntries);
        var isGiant = form.Groups["size"].Value == "giant";
        if (!form.Success || !AreTogether(parts) || (isGiant && !parts.Contains("dinov2")) || (parts.Contains("siglip") && form.Groups["patch"].Value != "16"))
        {
            return null;
        }

        (var width, var depth, var heads) = isGiant ? (1536, 40, 24) : TransformerSizes.Of(form.Groups["size"].Value);
        ours["architecture"] = "vit";
        ours["patchSize"] = int.Parse(form.Groups["patch"].ValueSpan, CultureInfo.InvariantCulture);
        ours["width"] = width;
        ours["depth"] = depth;
        ours["heads"] = heads;
        AddParts(ours, form.Groups["family"].Value, parts, isGiant);
        AddArguments(ours, config, isGiant ? GatedRatio : PlainRatio);
        return ours;
    }

    // Only combinations that were looked up.
    private static bool AreTogether(string[] parts) => parts.Where(part => !part.All(char.IsAsciiDigit)).ToArray() is
        [] or ["dinov2"] or ["reg4", "dinov2"] or ["gap"] or ["clip"] or ["clip", "quickgelu"] or ["siglip"] or ["siglip", "gap"];

    private static void AddParts(JsonObject ours, string family, string[] parts, bool isGated)
    {
        if (!ours.ContainsKey("inputSize") && parts is [.., var last] && last.All(char.IsAsciiDigit))
        {
            ours["inputSize"] = int.Parse(last, CultureInfo.InvariantCulture);
        }

        if (parts.Contains("dinov2") || family == "deit3")
        {
            ours["layerScale"] = true;
        }

        if (family == "deit3" || parts.Contains("reg4"))
        {
            ours["positions"] = "patches";
        }

        if (parts.Contains("reg4"))
        {
            ours["registers"] = 4;
        }

        if (isGated)
        {
            ours["mlp"] = "swiglu";
        }

        if (parts.Contains("clip"))
        {
            ours["preNorm"] = true;
            ours["layerNormEpsilon"] = 1e-5;
            ours["activation"] = parts.Contains("quickgelu") ? "quick_gelu" : "gelu";
        }

        if (parts.Contains("siglip") || parts.Contains("gap"))
        {
            ours["classToken"] = false;
            ours["poolingNorm"] = false;
        }
    }

    private static void AddArguments(JsonObject ours, JsonElement? config, double ratio)
    {
        var arguments = config.Field("model_args");
        foreach ((var name, var theirs) in Arguments)
        {
            ours.Copy(name, arguments.Field(theirs));
        }

        if (arguments.Field("init_values") is not null)
        {
            ours["layerScale"] = true;
        }

        if (arguments.Text("act_layer") is { } activation)
        {
            ours["activation"] = Activations.GetValueOrDefault(activation, activation);
        }

        AddPooling(ours, arguments.Text("global_pool") ?? config.Text("global_pool"));
        AddPositions(ours, arguments.Field("no_embed_class"));
        ours["patchBias"] = !IsTrue(ours, "preNorm");
        if (ours["width"] is JsonValue width && width.TryGetValue(out int wide) && wide is > 0 and < 100_000)
        {
            var told = arguments.Field("mlp_ratio") is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) && value is > 0 and < 1000 ? value : ratio;
            ours["mlpWidth"] = (int)(wide * told);
        }
    }

    private static void AddPooling(JsonObject ours, string? pooling)
    {
        var hasToken = ours["classToken"] is null || IsTrue(ours, "classToken");
        ours["pooling"] = pooling switch
        {
            null => hasToken ? "token" : "mean",
            "" or "token" => hasToken ? "token" : "mean",
            "avg" => "mean",
            "map" => "attention",
            _ => pooling,
        };
        if (pooling == "avg" && !ours.ContainsKey("poolingNorm"))
        {
            ours["poolingNorm"] = true;
        }
    }

    // Where a position is added to what stands before the patches, it is to all of it.
    private static void AddPositions(JsonObject ours, JsonElement? leavesOut)
    {
        if (leavesOut is { } told)
        {
            ours["positions"] = told.ValueKind == JsonValueKind.True ? "patches" : "all";
        }
        else if (!ours.ContainsKey("positions") && ours.ContainsKey("registers"))
        {
            ours["positions"] = "all";
        }
    }

    private static bool IsTrue(JsonObject ours, string name) => ours[name] is JsonValue value && value.TryGetValue(out bool told) && told;

    [GeneratedRegex("^(?<family>vit|deit|deit3)_(?<size>tiny|small|base|large|huge|giant)_patch(?<patch>[0-9]{1,3})(?<parts>(_[a-z0-9]{1,12}){0,4})$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NameForm();
}
