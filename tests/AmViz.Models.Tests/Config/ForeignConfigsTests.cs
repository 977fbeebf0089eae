using System.Text;
using AmViz.Weights;

namespace AmViz.Models.Tests.Config;

public sealed class ForeignConfigsTests
{
    private const string HuggingFace = """
        {"_name_or_path":"some/vit","architectures":["ViTForImageClassification"],"model_type":"vit","hidden_act":"gelu","hidden_size":64,"image_size":48,
         "patch_size":16,"intermediate_size":100,"num_attention_heads":4,"num_hidden_layers":3,"layer_norm_eps":1e-12,"qkv_bias":true,
         "id2label":{"0":"cat","1":"dog"},"label2id":{"cat":0,"dog":1}}
        """;

    private const string Timm = """
        {"architecture":"deit_tiny_patch16_224","num_classes":1000,"num_features":192,"global_pool":"token",
         "pretrained_cfg":{"input_size":[3,224,224],"mean":[0.485,0.456,0.406],"std":[0.229,0.224,0.225],"license":"apache-2.0"}}
        """;

    [Fact]
    public void ConfigurationOfHuggingFaceTellsEveryMeasure()
    {
        WeightsConfig config = Read(HuggingFace, """{"image_mean":[0.1,0.2,0.3],"image_std":[0.4,0.5,0.6]}""");

        Assert.Equal(new VisionTransformerBlueprint(2, 3, new(16, 3, 64, 4, 100, 1e-12)), config.Blueprint);
        Assert.Equal(48, config.InputSize);
        Assert.Equal(["cat", "dog"], config.Labels);
        Assert.Equal([0.1, 0.2, 0.3], config.Preprocessing.Mean);
        Assert.Equal([0.4, 0.5, 0.6], config.Preprocessing.Deviation);
        Assert.Equal("some/vit", config.Provenance["name"]);
    }

    [Fact]
    public void WithoutTheFileOfThePreprocessorItsOwnValuesHold() =>
        Assert.Equal([0.5, 0.5, 0.5], Read(HuggingFace, preprocessor: null).Preprocessing.Deviation);

    [Fact]
    public void ConfigurationOfTimmTellsByNameAndNumbers()
    {
        WeightsConfig config = Read(Timm, preprocessor: null);

        Assert.Equal(new VisionTransformerBlueprint(1000, 12, new(16, 14, 192, 3, 768, 1e-6)), config.Blueprint);
        Assert.Equal(Preprocessing.ImageNet.Mean, config.Preprocessing.Mean);
        Assert.Equal("apache-2.0", config.Provenance["license"]);
    }

    [Theory]
    [InlineData("\"hidden_act\":\"gelu\"", "\"hidden_act\":\"quick_gelu\"", "'activation' is 'quick_gelu'")]
    [InlineData("\"patch_size\":16", "\"patch_size\":[16,16]", "'patchSize' is Array")]
    [InlineData("\"1\":\"dog\"", "\"2\":\"dog\"", "'labels' does not hold 2 labels")]
    [InlineData("\"id2label\"", "\"other\"", "'classes' is missing")]
    public void WhatCannotBeUsedIsToldInTheNamesOfOurFields(string part, string changed, string told) =>
        Assert.Contains(told, Assert.Throws<WeightsFormatException>(() => Read(HuggingFace.Replace(part, changed, StringComparison.Ordinal), preprocessor: null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"global_pool\":\"token\"", "\"global_pool\":\"avg\"", "'pooling' is 'avg'")]
    [InlineData("deit_tiny_patch16_224", "deit_tiny_distilled_patch16_224", "'architecture' is 'deit_tiny_distilled_patch16_224'")]
    [InlineData("\"mean\"", "\"means\"", "the fields 'mean' and 'std'")]
    public void OtherNetworksOfTimmAreRefused(string part, string changed, string told) =>
        Assert.Contains(told, Assert.Throws<WeightsFormatException>(() => Read(Timm.Replace(part, changed, StringComparison.Ordinal), preprocessor: null)).Message, StringComparison.Ordinal);

    [Fact]
    public void DamagedFileOfThePreprocessorIsAnErrorThatNamesIt() =>
        Assert.Contains("preprocessor_config.json: is not JSON", Assert.Throws<WeightsFormatException>(() => Read(HuggingFace, "{")).Message, StringComparison.Ordinal);

    [Fact]
    public void DamagedConfigurationsEndInFormatErrorsOnly()
    {
        var random = new Random(20);
        const string letters = "{}[]\",:0129.-eE\\u abcdnulltrue";
        int refused = 0;
        for (int i = 0; i < 4000; i++)
        {
            char[] text = (i % 2 == 0 ? HuggingFace : Timm).ToCharArray();
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                text[random.Next(text.Length)] = letters[random.Next(letters.Length)];
            }

            try
            {
                Read(new string(text), i % 3 == 0 ? new string(text) : null);
            }
            catch (WeightsFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 2000, 3999);
    }

    private static WeightsConfig Read(string config, string? preprocessor) => WeightsConfig.Read(
        new MemoryStream(Encoding.UTF8.GetBytes(config)), "config.json",
        file => file == "preprocessor_config.json" && preprocessor is not null ? new MemoryStream(Encoding.UTF8.GetBytes(preprocessor)) : null);
}
