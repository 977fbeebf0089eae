using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmViz.Models;

/// <summary>ConvNeXt and ConvNeXt V2 of Hugging Face.</summary>
internal static class HuggingFaceConvNext
{
    /// <summary>The translation.</summary>
    public static JsonObject Of(JsonElement? config)
    {
        var ours = new JsonObject
        {
            ["architecture"] = "convnext",
            ["version"] = config.Text("model_type") == "convnextv2" ? 2 : 1,
            ["inputSize"] = 224,
            ["depths"] = new JsonArray(3, 3, 9, 3),
            ["widths"] = new JsonArray(96, 192, 384, 768),
            ["headEpsilon"] = 1e-12,
        };
        foreach ((var name, var theirs) in new[]
        {
            ("inputSize", "image_size"), ("inputChannels", "num_channels"), ("depths", "depths"), ("widths", "hidden_sizes"), ("headEpsilon", "layer_norm_eps"), ("activation", "hidden_act"),
        })
        {
            ours.Copy(name, config.Field(theirs));
        }

        HuggingFaceConfig.AddClasses(ours, config);
        return ours;
    }
}
