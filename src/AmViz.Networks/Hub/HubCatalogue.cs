using System.Text.Json.Nodes;
using AmViz.Models;

namespace AmViz.Networks;

/// <summary>The public weights that <c>amviz models pull</c> knows, with their addresses and checksums.</summary>
public static class HubCatalogue
{
    /// <summary>Name of the labels in a folder.</summary>
    internal const string LabelsFileName = "labels.json";

    private const string KerasPreprocessing = "x / 127.5 - 1 (RGB, 0..255)";
    private const string KerasTerms = "not told with the file; Keras, which publishes it, is under Apache-2.0";
    private const string HubTerms = "Apache-2.0";
    private const int ImageNetClasses = 1000;

    /// <summary>Names of the 1000 classes of ImageNet in the order of all these networks; checksum of Keras, <c>applications/imagenet_utils.py</c>.</summary>
    internal static HubAddress LabelsAddress { get; } = new(OfHub: false, "download.tensorflow.org/data/imagenet_class_index.json");

    /// <summary>What the class names must hash to.</summary>
    internal static Checksum LabelsChecksum { get; } = new(ChecksumKind.Md5, "c2c37ea517e94d9795004a39431a14cb", "Keras, applications/imagenet_utils.py");

    /// <summary>Those of the paper first.</summary>
    public static IReadOnlyList<HubNetwork> All { get; } =
    [
        // Keras gives no checksum for the files of its MobileNets in the versions seen.
        new("mobilenet_v1", "MobileNet of width 1, Keras applications", 17, new(
            HubAddress.Keras("mobilenet/mobilenet_1_0_224_tf.h5"), Checksum: null, KerasTerms, () => MobileNet("mobilenet_v1")), "mobilenet_1_0_224"),
        new("inception_v3", "InceptionV3, Keras applications", 96, new(
            HubAddress.Keras("inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels.h5"),
            new(ChecksumKind.Md5, "9a0d58056eeedaa3f26cb7ebd46da564", "Keras, applications/inception_v3.py"), KerasTerms, () => Keras("inception_v3", 299))),
        new("resnet50v2", "ResNet50V2, Keras applications", 103, new(
            HubAddress.Keras("resnet/resnet50v2_weights_tf_dim_ordering_tf_kernels.h5"),
            new(ChecksumKind.Md5, "3ef43a0b657b3be2300d5770ece849e0", "Keras, applications/resnet.py"), KerasTerms, () => ResNetV2(depth: 50))),
        new("vit_base_patch16_224", "ViT-B/16, google/vit-base-patch16-224 on Hugging Face", 346, new(
            HubAddress.Hub("google/vit-base-patch16-224", "3f49326eb077187dfe1c2a2bb15fbd74e6ab91e3", "model.safetensors"),
            Checksum: null, HubTerms, () => Transformer(width: 768, heads: 12, epsilon: 1e-12, KerasPreprocessing))),
        new("mobilenet_v2", "MobileNetV2 of width 1, Keras applications", 15, new(
            HubAddress.Keras("mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5"), Checksum: null, KerasTerms, () => MobileNet("mobilenet_v2")), "mobilenet_v2_1_0_224"),
        new("deit_tiny_patch16_224", "DeiT-tiny, timm/deit_tiny_patch16_224.fb_in1k on Hugging Face", 23, new(
            HubAddress.Hub("timm/deit_tiny_patch16_224.fb_in1k", "main", "model.safetensors"), Checksum: null, HubTerms, DeitTiny)),
    ];

    /// <summary>A network by its name or another name for it; null if it is not known.</summary>
    public static HubNetwork? Find(string name) => All.FirstOrDefault(network => network.Name == name || network.Alias == name);

    private static JsonObject Keras(string architecture, int size) => new()
    {
        ["architecture"] = architecture,
        ["classes"] = ImageNetClasses,
        ["inputSize"] = size,
        ["preprocessing"] = KerasPreprocessing,
    };

    private static JsonObject ResNetV2(int depth)
    {
        var config = Keras("resnet_v2", 224);
        config["depth"] = depth;
        return config;
    }

    private static JsonObject MobileNet(string architecture)
    {
        var config = Keras(architecture, 224);
        config["width"] = 1.0;
        config["padding"] = "TensorFlow SAME: stride 2 on even sizes pads bottom and right only";
        config["activation"] = "relu6";
        config["batchNorm"] = "separate, epsilon 1e-3";
        return config;
    }

    private static JsonObject Transformer(int width, int heads, double epsilon, string preprocessing) => new()
    {
        ["architecture"] = "vit",
        ["classes"] = ImageNetClasses,
        ["inputSize"] = 224,
        ["preprocessing"] = preprocessing,
        ["patchSize"] = 16,
        ["width"] = width,
        ["depth"] = 12,
        ["heads"] = heads,
        ["mlpWidth"] = 4 * width,
        ["layerNormEpsilon"] = epsilon,
    };

    private static JsonObject DeitTiny()
    {
        var config = Transformer(width: 192, heads: 3, epsilon: 1e-6, "(x / 255 - mean) / std");
        config["mean"] = new JsonArray(0.485, 0.456, 0.406);
        config["std"] = new JsonArray(0.229, 0.224, 0.225);
        return config;
    }
}
