using System.Text;
using AmViz.Networks;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models.Tests.Folders;

[Collection(TorchTests.Name)]
public sealed class WeightsFolderTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("amviz-weights-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void FolderTellsEverythingWithoutLoadingTensors()
    {
        string folder = Path.Combine(root, "my network");
        TinyWeights.Separate().WriteTo(folder);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        WeightsFolder opened = WeightsFolder.Open(folder + "/");

        Assert.Equal("my-network", opened.Description.Name);
        Assert.Equal("mobilenet_v1", opened.Description.Architecture);
        Assert.Equal(32, opened.Description.InputSize);
        Assert.Equal("label 3", opened.Description.Labels[3]);
        Assert.Equal("a formula", opened.Description.Provenance.Source);
        Assert.Equal("MIT", opened.Description.Provenance.License);
        Assert.StartsWith("x / 127.5 - 1", opened.Description.Provenance.Preprocessing, StringComparison.Ordinal);
        Assert.Equal(64, opened.Digest.Length);
        Assert.Empty(opened.Warnings);
        Assert.Null(opened.Description.MissingTensor);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void FileOfAFolderMeansTheFolder()
    {
        string folder = Path.Combine(root, "net");
        TinyWeights.Separate().WriteTo(folder);

        Assert.Equal("net", WeightsFolder.Open(Path.Combine(folder, "model.safetensors")).Description.Name);
        File.Move(Path.Combine(folder, "model.safetensors"), Path.Combine(folder, "other.safetensors"));
        Assert.Equal("other", WeightsFolder.Open(Path.Combine(folder, "other.safetensors")).Description.Name);
        Assert.Equal("told", WeightsFolder.Open(Path.Combine(folder, "other.safetensors"), "told").Description.Name);
        Assert.Equal("net", WeightsFolder.Open(folder).Description.Name);
        File.Delete(Path.Combine(folder, "other.safetensors"));
        Assert.Contains("model.safetensors: is missing", Assert.Throws<WeightsFormatException>(() => WeightsFolder.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFolderAndMissingConfigurationSayWhatWasExpected()
    {
        Assert.Contains("Expected a folder with model.safetensors (or .pth, .pt, .h5, shards with their index) and config.json", Assert.Throws<WeightsFormatException>(() => WeightsFolder.Open(Path.Combine(root, "none"))).Message, StringComparison.Ordinal);
        TinyWeights.Separate().WriteTo(root);
        File.Delete(Path.Combine(root, "config.json"));
        Assert.Contains("config.json: is missing", Assert.Throws<WeightsFormatException>(() => WeightsFolder.Open(root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherWeightsThanTheConfigurationDescribesAreAnError()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Config["sha256"] = new string('0', 64);

        var error = Assert.Throws<WeightsFormatException>(() => tiny.Open());

        Assert.Contains($"expects {new string('0', 64)}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsThatChangeBetweenOpeningAndLoadingAreAnError()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.WriteTo(root);
        NetworkSource source = NetworkCatalogue.Open("net", root);
        tiny.Values["conv1.weight"][0] += 1;
        File.WriteAllBytes(Path.Combine(root, "model.safetensors"), tiny.Safetensors());

        Assert.Contains("changed since they were opened", Assert.Throws<WeightsFormatException>(() => source.Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryProblemOfAConfigurationIsToldAtOnce()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Config["architecture"] = "alexnet";
        tiny.Config["classes"] = 0;
        tiny.Config["labels"] = "/etc/hostname";
        tiny.Config["preprocessing"] = "mean and deviation";
        tiny.Config["padding"] = 3;
        tiny.Config["activation"] = "swish";
        tiny.Config["layout"] = "HWIO";
        tiny.Config["width"] = "wide";
        tiny.Config["inputSize"] = 1.5;
        tiny.Config["batchNorm"] = "apart";
        tiny.Config["sha256"] = "abc";

        var error = Assert.Throws<WeightsFormatException>(() => tiny.Open());

        string[] places = ["'architecture' is 'alexnet'", "'classes' is 0", "'labels' is the absolute path", "'preprocessing' is 'mean and deviation'", "'padding' is Number", "'activation' is 'swish'", "'layout' is 'HWIO'", "'width' is String", "'inputSize' is 1.5", "'batchNorm' is 'apart'", "'sha256' is 'abc'"];
        Assert.Equal(places.Length, error.Problems.Count);
        Assert.All(places, place => Assert.Contains(place, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryTensorOfAWrongShapeIsToldAtOnce()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Set("conv_dw_3.weight", [8, 9], new float[72]);
        tiny.Set("conv_pw_7_bn.bias", [31], new float[31]);
        tiny.Config["classes"] = 12;

        var error = Assert.Throws<WeightsFormatException>(() => tiny.Open());

        Assert.Equal(5, error.Problems.Count);
        Assert.Contains("tensor 'conv_dw_3.weight' is F32 [8, 9]; expected [8, 1, 3, 3]", error.Message, StringComparison.Ordinal);
        Assert.Contains("tensor 'conv_pw_7_bn.bias' is F32 [31]; expected [32]", error.Message, StringComparison.Ordinal);
        Assert.Contains("tensor 'conv_preds.bias' is F32 [10]; expected [12]", error.Message, StringComparison.Ordinal);
        Assert.Contains("does not hold 12 labels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongWidthIsAnErrorNotANetwork()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Config["width"] = 0.25;

        Assert.True(Assert.Throws<WeightsFormatException>(() => tiny.Open()).Problems.Count > 100);
    }

    [Theory]
    [InlineData("labels.json", "labels.json")]
    [InlineData("../lists/labels.json", "../lists/labels.json")]
    [InlineData(null, "(not named)")]
    public void ClassesWithoutLabelsAreCalledByIndexWithAWarning(string? path, string told)
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Config["labels"] = path;
        tiny.Labels = null;

        WeightsFolder opened = tiny.Open();

        Assert.Equal("class 7", opened.Description.Labels[7]);
        Assert.Contains(told, Assert.Single(opened.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void LabelsMayLieBesideTheFolderAndBeAnObject()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Labels = null;
        tiny.Config["labels"] = "../names.json";
        tiny.WriteTo(Path.Combine(root, "net"));
        File.WriteAllText(Path.Combine(root, "names.json"), $"{{{string.Join(',', Enumerable.Range(0, 10).Reverse().Select(i => $"\"{i}\":\"n{i}\""))}}}");

        Assert.Equal("n9", WeightsFolder.Open(Path.Combine(root, "net")).Description.Labels[9]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""["a","b","c","d","e","f","g","h","i",10]""")]
    [InlineData("""{"0":"a"}""")]
    [InlineData("""{"0":"a","1":"b","2":"c","3":"d","4":"e","5":"f","6":"g","7":"h","8":"i","10":"j"}""")]
    [InlineData("""{"0":"a","1":"b","2":"c","3":"d","4":"e","5":"f","6":"g","7":"h","8":"i","-1":"j"}""")]
    public void LabelsThatDoNotFitTheClassesAreAnError(string labels)
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Labels = labels;

        Assert.Contains("labels.json does not hold 10 labels", Assert.Throws<WeightsFormatException>(() => tiny.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsWithoutDigestSourceOrKnownTensorsAreUsedWithWarnings()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Set("optimizer.step", [1], [0]);
        tiny.Config["provenance"] = null;
        byte[] weights = tiny.Safetensors();
        tiny.Config["sha256"] = null;

        IReadOnlyList<string> warnings = tiny.Open("tiny", weights, tiny.ConfigJson(weights)).Warnings;

        Assert.Equal(3, warnings.Count);
        Assert.Contains(warnings, warning => warning.Contains("tells no sha256", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("no source or no license", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("'optimizer.step'", StringComparison.Ordinal));
    }

    [Fact]
    public void MissingAndUnknownTensorsAreAllNamedInOneError()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Remove("conv_dw_3.weight");
        tiny.Remove("conv_pw_9_bn.bias");
        tiny.Set("conv_dw3.weight", [8, 1, 3, 3], new float[72]);
        tiny.Set("strange", [1], [0]);

        var error = Assert.Throws<WeightsFormatException>(() => tiny.Open());

        Assert.Contains("2 of 137 tensors are missing and 2 are unknown", error.Message, StringComparison.Ordinal);
        Assert.Contains("Missing: 'conv_dw_3.weight', 'conv_pw_9_bn.bias'. Unknown: 'conv_dw3.weight', 'strange'.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("separate, epsilon 0.5", 0.5)]
    [InlineData("separate: *_bn, epsilon 1e-5", 1e-5)]
    [InlineData("separate", MobileNetV1Blueprint.KerasEpsilon)]
    public void EpsilonIsReadFromTheConfiguration(string batchNorm, double epsilon)
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Config["batchNorm"] = batchNorm;

        Assert.Equal(epsilon, ((MobileNetV1Blueprint)tiny.Open().Blueprint).Epsilon);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"architecture\":\"\\ud800\"}")]
    public void ConfigurationThatIsNoObjectIsAFormatError(string config)
    {
        TinyWeights tiny = TinyWeights.Separate();

        Assert.Throws<WeightsFormatException>(() => tiny.Open("tiny", tiny.Safetensors(), Encoding.UTF8.GetBytes(config)));
    }

    [Fact]
    public void NetworkWithoutItsFirstLayerIsAnError()
    {
        TinyWeights tiny = TinyWeights.Separate();
        tiny.Remove("conv1.weight");

        Assert.Contains("'conv1.weight' is missing; without it not even the first layer", Assert.Throws<WeightsFormatException>(() => tiny.Open()).Message, StringComparison.Ordinal);
    }
}
