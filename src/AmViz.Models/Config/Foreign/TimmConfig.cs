using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmViz.Models;

/// <summary>The <c>config.json</c> that timm leaves beside weights: a name that means every measure, and what differs from it.</summary>
internal static class TimmConfig
{
    private static readonly Func<string, JsonObject, JsonElement?, JsonObject?>[] Families = [TimmTransformers.Of, TimmConvNext.Of, ForeignSwin.OfTimm];

    /// <summary>The translation; null where it is not of this library.</summary>
    public static JsonObject? Translate(JsonElement root, Func<string, JsonElement?> sibling)
    {
        JsonElement? config = root;
        var pretrained = config.Field("pretrained_cfg");
        if (pretrained is null || config.Text("architecture") is not { } name)
        {
            return null;
        }

        var ours = new JsonObject();
        AddPictures(ours, config, pretrained);
        AddClasses(ours, config);
        var arguments = config.Field("model_args");
        if (Families.Select(family => family(name, ours, config)).FirstOrDefault(translated => translated is not null) is null)
        {
            // A network whose name tells all its measures; whether the name is known, our own reading says.
            (ours["architecture"], ours["definition"]) = (name, "timm");
        }

        TakeArguments(ours, name, arguments);
        ours.Standardize(pretrained.Field("mean"), pretrained.Field("std"));
        var provenance = new JsonObject { ["config"] = "of timm", ["name"] = name };
        provenance.Copy("license", pretrained.Field("license"));
        ours["provenance"] = provenance;
        return ours;
    }

    private static void AddPictures(JsonObject ours, JsonElement? config, JsonElement? pretrained)
    {
        if (pretrained.Field("input_size") is { ValueKind: JsonValueKind.Array } size && size.GetArrayLength() == 3)
        {
            ours.Copy("inputChannels", size[0]);
            ours.Copy("inputSize", size[1]);
        }

        if (config.Field("model_args").Field("img_size") is { } told)
        {
            ours.Copy("inputSize", told.ValueKind == JsonValueKind.Array && told.GetArrayLength() > 0 ? told[0] : told);
        }
    }

    private static void AddClasses(JsonObject ours, JsonElement? config)
    {
        ours.Copy("classes", config.Field("model_args").Field("num_classes") ?? config.Field("num_classes"));
        if (config.Field("label_names") is { ValueKind: JsonValueKind.Array } names && names.EnumerateArray().All(label => label.ValueKind == JsonValueKind.String))
        {
            var texts = config.Field("label_descriptions");
            ours["labels"] = new JsonArray([.. names.EnumerateArray().Select(label => (JsonNode?)(texts.Text(label.GetString()!) ?? label.GetString()))]);
        }
    }

    // An argument that is not known here may change anything, so the network is refused by a name that is none.
    private static void TakeArguments(JsonObject ours, string name, JsonElement? arguments)
    {
        if (arguments is not { ValueKind: JsonValueKind.Object } told)
        {
            return;
        }

        foreach (var argument in told.EnumerateObject().Where(argument => argument.Value.ValueKind != JsonValueKind.Null))
        {
            if (argument.Name is not ("img_size" or "num_classes" or "in_chans" or "dynamic_img_size" or "drop_rate" or "drop_path_rate")
                && !TimmTransformers.Knows(ours, argument.Name))
            {
                ours["architecture"] = $"{name} with {argument.Name}";
            }
        }
    }
}
