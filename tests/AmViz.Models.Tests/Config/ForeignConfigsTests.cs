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
    [InlineData("\"hidden_act\":\"gelu\"", "\"hidden_act\":\"relu\"", "'activation' is 'relu'")]
    [InlineData("\"patch_size\":16", "\"patch_size\":[16,16]", "'patchSize' is Array")]
    [InlineData("\"1\":\"dog\"", "\"2\":\"dog\"", "'labels' does not hold 2 labels")]
    [InlineData("\"id2label\"", "\"other\"", "'classes' is missing")]
    public void WhatCannotBeUsedIsToldInTheNamesOfOurFields(string part, string changed, string told) =>
        Assert.Contains(told, Assert.Throws<WeightsFormatException>(() => Read(HuggingFace.Replace(part, changed, StringComparison.Ordinal), preprocessor: null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"global_pool\":\"token\"", "\"global_pool\":\"avgmax\"", "'pooling' is 'avgmax'")]
    [InlineData("\"num_classes\":1000", "\"model_args\":{\"mlp_layer\":\"GluMlp\"}", "'architecture' is 'deit_tiny_patch16_224 with mlp_layer'")]
    [InlineData("deit_tiny_patch16_224", "deit_tiny_distilled_patch16_224", "'architecture' is 'deit_tiny_distilled_patch16_224'")]
    [InlineData("\"mean\"", "\"means\"", "the fields 'mean' and 'std'")]
    public void OtherNetworksOfTimmAreRefused(string part, string changed, string told) =>
        Assert.Contains(told, Assert.Throws<WeightsFormatException>(() => Read(Timm.Replace(part, changed, StringComparison.Ordinal), preprocessor: null)).Message, StringComparison.Ordinal);

    [Fact]
    public void DinoOfHuggingFaceTellsNoClassesAndItsPerceptron()
    {
        WeightsConfig config = Read("""
            {"architectures":["Dinov2Model"],"model_type":"dinov2","hidden_size":384,"image_size":518,"num_hidden_layers":12,"num_attention_heads":6,"patch_size":14,
             "mlp_ratio":4,"use_swiglu_ffn":false,"layerscale_value":1.0,"layer_norm_eps":1e-6,"hidden_act":"gelu","qkv_bias":true}
            """, """{"image_mean":[0.485,0.456,0.406],"image_std":[0.229,0.224,0.225],"rescale_factor":0.00392156862745098,"crop_size":{"height":224,"width":224}}""");

        Assert.Equal(Published("vit_small_patch14_dinov2"), config.Blueprint);
        Assert.Equal((0, 518), (config.ClassCount, config.InputSize));
        Assert.Equal(Preprocessing.ImageNet.Mean, config.Preprocessing.Mean);
    }

    [Fact]
    public void GiantDinoHasGatedUnits() => Assert.Equal(Published("vit_giant_patch14_dinov2"), Read("""
        {"architectures":["Dinov2Model"],"model_type":"dinov2","hidden_size":1536,"image_size":518,"num_hidden_layers":40,"num_attention_heads":24,"mlp_ratio":4,"use_swiglu_ffn":true}
        """, ImageNetPreprocessor).Blueprint);

    [Theory]
    [InlineData("""{"architectures":["CLIPModel"],"model_type":"clip","projection_dim":512,"vision_config":{"patch_size":32},"text_config":{}}""", "clip-vit-base-patch32")]
    [InlineData("""{"model_type":"clip","projection_dim":768,"vision_config":{"hidden_size":1024,"intermediate_size":4096,"num_hidden_layers":24,"num_attention_heads":16,"patch_size":14,"hidden_act":"quick_gelu"}}""", "clip-vit-large-patch14")]
    [InlineData("""{"architectures":["SiglipModel"],"model_type":"siglip","vision_config":{"model_type":"siglip_vision_model"}}""", "siglip-base-patch16-224")]
    public void TowersOfPicturesAreFoundBesideThoseOfTexts(string config, string published) => Assert.Equal(Published(published), Read(config, preprocessor: null).Blueprint);

    [Fact]
    public void ClipWithoutItsPreprocessorHasItsOwnNumbers()
        => Assert.Equal([0.48145466, 0.4578275, 0.40821073], Read("""{"model_type":"clip","vision_config":{}}""", preprocessor: null).Preprocessing.Mean);

    [Fact]
    public void TowerWithAnotherHeadIsRefused()
        => Assert.Contains("that of CLIPForImageClassification", Refusal("""{"architectures":["CLIPForImageClassification"],"model_type":"clip","vision_config":{}}"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("vit_small_patch14_dinov2", "\"num_classes\":0,\"global_pool\":\"token\"", 518)]
    [InlineData("vit_base_patch14_reg4_dinov2", "\"num_classes\":0,\"global_pool\":\"token\"", 518)]
    [InlineData("vit_giant_patch14_dinov2", "\"num_classes\":0,\"global_pool\":\"token\"", 518)]
    [InlineData("vit_large_patch16_224", "\"num_classes\":1000,\"global_pool\":\"token\"", 224)]
    [InlineData("convnext_tiny", "\"num_classes\":1000,\"global_pool\":\"avg\"", 224)]
    [InlineData("swin_t", "\"num_classes\":1000,\"global_pool\":\"avg\"", 224, "swin_tiny_patch4_window7_224")]
    [InlineData("convnextv2_atto", "\"num_classes\":1000,\"global_pool\":\"avg\"", 224)]
    public void NamesOfTimmMeanThePublishedNetworks(string name, string fields, int size, string? named = null)
    {
        WeightsConfig config = Read(TimmOf(named ?? name, fields, size), preprocessor: null);

        Assert.Equal(Counted(Published(name)), Counted(config.Blueprint));
        Assert.Equal(size, config.InputSize);
    }

    [Fact]
    public void MeanPoolingOfTimmNormalizesAfterwardsUnlessTheNameSaysOtherwise()
    {
        var finetuned = (VisionTransformerBlueprint)Read(TimmOf("vit_base_patch16_224", "\"num_classes\":5,\"global_pool\":\"avg\"", 224), preprocessor: null).Blueprint;
        var gap = (VisionTransformerBlueprint)Read(TimmOf("vit_huge_patch14_gap_224", "\"num_classes\":5,\"global_pool\":\"avg\"", 224), preprocessor: null).Blueprint;

        Assert.Equal(new TransformerHead(TransformerPooling.Mean, NormsPooled: true), finetuned.Head);
        Assert.True(finetuned.Shape.HasClassToken);
        Assert.Equal(new TransformerHead(TransformerPooling.Mean), gap.Head);
        Assert.False(gap.Shape.HasClassToken);
    }

    [Fact]
    public void ArgumentsOfTimmChangeWhatTheNameMeans()
    {
        var found = (VisionTransformerBlueprint)Read(TimmOf(
            "vit_huge_patch14_224", "\"num_classes\":0,\"model_args\":{\"img_size\":224,\"init_values\":1e-5,\"num_classes\":0,\"reg_tokens\":4,\"global_pool\":\"\",\"dynamic_img_size\":true}", 224), preprocessor: null).Blueprint;

        Assert.Equal((4, 5, true), (found.Shape.Registers, found.Shape.PositionedPrefix, found.Shape.HasLayerScale));
        Assert.Equal(0, found.Classes);
    }

    [Fact]
    public void LabelsOfTimmAreDescriptions()
        => Assert.Equal(["tench", "n2"], Read(TimmOf("convnext_tiny", "\"num_classes\":2,\"label_names\":[\"n1\",\"n2\"],\"label_descriptions\":{\"n1\":\"tench\"}", 224), preprocessor: null).Labels);

    [Fact]
    public void ConvNextOfHuggingFaceTellsEveryMeasure()
    {
        var found = (ConvNextBlueprint)Read("""
            {"architectures":["ConvNextV2ForImageClassification"],"model_type":"convnextv2","depths":[2,2,6,2],"hidden_sizes":[40,80,160,320],"image_size":224,"hidden_act":"gelu","layer_norm_eps":1e-12,
             "id2label":{"0":"cat","1":"dog"}}
            """, ImageNetPreprocessor).Blueprint;

        Assert.Equal((2, 2, 1e-12), (found.Classes, found.Version, found.HeadEpsilon));
        Assert.Equal([2, 2, 6, 2], found.Depths);
        Assert.Equal([40, 80, 160, 320], found.Widths);
    }

    [Fact]
    public void SwinOfHuggingFaceTellsEveryMeasure()
    {
        IBlueprint found = Read("""
            {"architectures":["SwinForImageClassification"],"model_type":"swin","embed_dim":128,"depths":[2,2,18,2],"num_heads":[4,8,16,32],"window_size":7,"image_size":224,"hidden_act":"gelu","layer_norm_eps":1e-5,
             "id2label":{"0":"cat","1":"dog"}}
            """, ImageNetPreprocessor).Blueprint;

        Assert.Equal(Counted(Published("swin_b")).Total - 998 * (1024 + 1), Counted(found).Total);
    }

    [Fact]
    public void OtherRescalingOfPixelsMovesMeanAndDeviation()
    {
        Preprocessing found = Read(HuggingFace, """{"image_mean":[127.5,127.5,127.5],"image_std":[255,255,255],"do_rescale":false}""").Preprocessing;

        Assert.All(found.Mean, mean => Assert.Equal(0.5, mean, 1e-12));
        Assert.All(found.Deviation, deviation => Assert.Equal(1, deviation, 1e-12));
    }

    [Fact]
    public void WhereNothingTellsThePreprocessingItIsNotGuessed()
        => Assert.Contains("the fields 'mean' and 'std'", Refusal("""{"architectures":["Dinov2Model"],"model_type":"dinov2"}"""), StringComparison.Ordinal);

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

    private const string ImageNetPreprocessor = """{"image_mean":[0.485,0.456,0.406],"image_std":[0.229,0.224,0.225]}""";

    private static string TimmOf(string name, string fields, int size) =>
        $$"""{"architecture":"{{name}}",{{fields}},"pretrained_cfg":{"input_size":[3,{{size}},{{size}}],"mean":[0.5,0.5,0.5],"std":[0.5,0.5,0.5]} }""";

    private static IBlueprint Published(string name) => KnownArchitectures.All.SelectMany(architecture => architecture.Published).Single(one => one.Name == name).Blueprint;

    private static ParameterCounts Counted(IBlueprint blueprint) => blueprint.CountParameters(Preprocessing.MinusOneToOne);

    private static string Refusal(string config) => Assert.Throws<WeightsFormatException>(() => Read(config, preprocessor: null)).Message;

    private static WeightsConfig Read(string config, string? preprocessor) => WeightsConfig.Read(
        new MemoryStream(Encoding.UTF8.GetBytes(config)), "config.json",
        file => file == "preprocessor_config.json" && preprocessor is not null ? new MemoryStream(Encoding.UTF8.GetBytes(preprocessor)) : null);
}
