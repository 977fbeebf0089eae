using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmViz.Models;

/// <summary>The <c>config.json</c> and <c>preprocessor_config.json</c> of Hugging Face's transformers.</summary>
internal static class HuggingFaceConfig
{
    // The image processors' own, where no file tells them: of ViT, DeiT and SigLIP, and of CLIP.
    private static readonly JsonElement Halves = JsonDocument.Parse("[0.5, 0.5, 0.5]").RootElement;
    private static readonly JsonElement ClipMean = JsonDocument.Parse("[0.48145466, 0.4578275, 0.40821073]").RootElement;
    private static readonly JsonElement ClipDeviation = JsonDocument.Parse("[0.26862954, 0.26130258, 0.27577711]").RootElement;

    /// <summary>The translation; null where it is not of this library.</summary>
    public static JsonObject? Translate(JsonElement root, Func<string, JsonElement?> sibling)
    {
        JsonElement? config = root;
        if (config.Text("model_type") == "resnet")
        {
            return HuggingFaceResNet.Translate(config, sibling(HuggingFacePreprocessor.FileName));
        }

        var kind = config.Text("model_type");
        var ours = kind switch
        {
            "vit" or "deit" => HuggingFaceTransformers.OfVit(config),
            "dinov2" or "dinov2_with_registers" => HuggingFaceTransformers.OfDino(config),
            "clip" or "clip_vision_model" => HuggingFaceTransformers.OfClip(config),
            "siglip" or "siglip_vision_model" => HuggingFaceTransformers.OfSiglip(config),
            "convnext" or "convnextv2" => HuggingFaceConvNext.Of(config),
            "swin" => ForeignSwin.OfHuggingFace(config),
            _ => null,
        };
        if (ours is null)
        {
            return null;
        }

        AddPreprocessing(ours, kind!, sibling(HuggingFacePreprocessor.FileName));
        var provenance = new JsonObject { ["config"] = "of Hugging Face" };
        provenance.Copy("name", config.Field("_name_or_path"));
        ours["provenance"] = provenance;
        return ours;
    }

    /// <summary>Tells classes and labels: of a classifier those of <c>id2label</c>, of a network without one none.</summary>
    /// <param name="ours">Gets them.</param>
    /// <param name="config">Theirs.</param>
    public static void AddClasses(JsonObject ours, JsonElement? config)
    {
        var class_ = ClassOf(config);
        if (class_ is not null && !class_.EndsWith("ForImageClassification", StringComparison.Ordinal) && !class_.EndsWith("ForImageClassificationWithTeacher", StringComparison.Ordinal))
        {
            ours["classes"] = 0;
            return;
        }

        ours.Copy("labels", config.Field("id2label"));
        if (config.Field("id2label") is { ValueKind: JsonValueKind.Object } labels)
        {
            ours["classes"] = labels.EnumerateObject().Count();
        }
    }

    /// <summary>Whether a text is of this library at all: it names its classes, or the kind of model.</summary>
    public static bool IsOne(JsonElement? config) => config.Text("model_type") is not null || config.Field("architectures") is { ValueKind: JsonValueKind.Array };

    /// <summary>The class of transformers that wrote the weights, e.g. <c>ViTForImageClassification</c>; null if it is not told.</summary>
    public static string? ClassOf(JsonElement? config)
        => config.Field("architectures") is { ValueKind: JsonValueKind.Array } classes && classes.GetArrayLength() > 0 && classes[0].ValueKind == JsonValueKind.String ? classes[0].GetString() : null;

    private static void AddPreprocessing(JsonObject ours, string kind, JsonElement? preprocessor)
    {
        (var mean, var deviation) = (preprocessor.Field("image_mean"), preprocessor.Field("image_std"));
        if (kind.StartsWith("clip", StringComparison.Ordinal))
        {
            ours.Standardize(mean ?? ClipMean, deviation ?? ClipDeviation);
        }
        else if (kind is not ("vit" or "deit" or "siglip" or "siglip_vision_model"))
        {
            // Every published network of these tells its numbers, and their processor's own are not theirs.
            ours.Standardize(mean, deviation);
        }
        else if (mean is null && deviation is null)
        {
            // Mean and deviation of a half, whatever the number of channels.
            ours["preprocessing"] = "x / 127.5 - 1";
        }
        else
        {
            ours.Standardize(mean ?? Halves, deviation ?? Halves);
        }

        HuggingFacePreprocessor.Rescale(ours, preprocessor);
    }
}
