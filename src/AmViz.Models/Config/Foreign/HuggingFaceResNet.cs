using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmViz.Models;

/// <summary>The <c>config.json</c> and <c>preprocessor_config.json</c> of Hugging Face's ResNets, such as <c>microsoft/resnet-50</c>.</summary>
internal static class HuggingFaceResNet
{
    // Kind of block, blocks of each stage; all that is told otherwise must be as the paper has it.
    private static readonly Dictionary<string, string> Networks = new(StringComparer.Ordinal)
    {
        ["basic [2,2,2,2]"] = "resnet18",
        ["basic [3,4,6,3]"] = "resnet34",
        ["bottleneck [3,4,6,3]"] = "resnet50",
        ["bottleneck [3,4,23,3]"] = "resnet101",
        ["bottleneck [3,8,36,3]"] = "resnet152",
    };

    /// <summary>The translation; of a ResNet of other measures one whose <c>architecture</c> is known to nobody.</summary>
    public static JsonObject Translate(JsonElement? config, JsonElement? preprocessor)
    {
        var kind = config.Text("layer_type") ?? "bottleneck";
        var form = $"{kind} {Compact(config.Field("depths"), "[3,4,6,3]")}";
        var isOfPaper = Compact(config.Field("hidden_sizes"), "[256,512,1024,2048]") == (kind == "basic" ? "[64,128,256,512]" : "[256,512,1024,2048]")
            && Compact(config.Field("embedding_size"), "64") == "64" && (config.Text("hidden_act") ?? "relu") == "relu"
            && !IsTrue(config.Field("downsample_in_first_stage")) && !IsTrue(config.Field("downsample_in_bottleneck"));
        var ours = new JsonObject { ["architecture"] = isOfPaper && Networks.TryGetValue(form, out var name) ? name : $"resnet of other measures than those of the paper: {form}" };
        ours.Copy("inputChannels", config.Field("num_channels"));
        ours.Copy("labels", config.Field("id2label"));
        if (config.Field("id2label") is { ValueKind: JsonValueKind.Object } labels)
        {
            ours["classes"] = labels.EnumerateObject().Count();
        }

        var size = preprocessor.Field("crop_size") ?? preprocessor.Field("size");
        ours.Copy("inputSize", size.Field("shortest_edge") ?? size.Field("height") ?? size);
        if (preprocessor.Field("image_mean") is { } mean && preprocessor.Field("image_std") is { } deviation)
        {
            ours.Standardize(mean, deviation);
        }

        var provenance = new JsonObject { ["config"] = "of Hugging Face" };
        provenance.Copy("name", config.Field("_name_or_path"));
        ours["provenance"] = provenance;
        return ours;
    }

    private static bool IsTrue(JsonElement? value) => value is { ValueKind: JsonValueKind.True };

    private static string Compact(JsonElement? value, string preset) => value is { } there ? string.Concat(there.GetRawText().Where(c => !char.IsWhiteSpace(c))) : preset;
}
