using AmViz.Networks;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models.Tests.Folders;

/// <summary>Which tensors of a file are the network, whatever stands before their names.</summary>
[Collection(TorchTests.Name)]
public sealed class NetworkSearchTests
{
    private static readonly IArchitecture Vit = KnownArchitectures.Find("vit")!;

    private static readonly HashSet<string> Expected =
        [.. Vit.Published[2].Blueprint.Build(Preprocessing.MinusOneToOne).Layers.SelectMany(layer => layer.Tensors).Select(spec => spec.Name)];

    [Theory]
    [InlineData("")]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("model.")]
    [InlineData("backbone.")]
    [InlineData("encoder.")]
    [InlineData("model._orig_mod.backbone.")]
    [InlineData("state_dict.model._orig_mod.module.net.")]
    [InlineData("what nobody has thought of.")]
    public void OnePrefixIsFoundWhateverItIs(string prefix)
    {
        FoundNetwork found = Find([.. Prefixed(prefix), "optimizer.state.exp_avg", "epoch.tensor"]);

        Assert.Equal(prefix, found.Prefix);
        Assert.True(found.IsDefault);
        Assert.Equal("abc", found.DigestFrom("abc"));
        Assert.Equal(prefix.Length > 0, found.Note?.Contains($"begin with '{prefix}' in", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void WordsThatBelongToTheNamesOfAMakerStay()
    {
        // torchvision's ViT has 'encoder.' before most names, but not before all.
        string[] torchvision =
        [
            "class_token", "encoder.pos_embedding", "conv_proj.weight", "conv_proj.bias", "encoder.ln.weight", "encoder.ln.bias", "heads.head.weight", "heads.head.bias",
            .. Enumerable.Range(0, 12).SelectMany(block => new[] { "ln_1.weight", "ln_1.bias", "self_attention.in_proj_weight", "self_attention.in_proj_bias", "self_attention.out_proj.weight", "self_attention.out_proj.bias", "ln_2.weight", "ln_2.bias", "mlp.0.weight", "mlp.0.bias", "mlp.3.weight", "mlp.3.bias" }
                .Select(part => $"encoder.layers.encoder_layer_{block}.{part}")),
        ];

        Assert.Equal("", Find(torchvision).Prefix);
        Assert.Equal("model.", Find([.. torchvision.Select(name => $"model.{name}")]).Prefix);
    }

    [Fact]
    public void NamesThatAMapKnowsWithAndWithoutAWordAreOneNetwork()
    {
        // Hugging Face: 'vit.' before all but the classifier.
        string[] huggingFace = ["vit.embeddings.cls_token", "vit.embeddings.position_embeddings", .. HuggingFaceBlocks("vit."), "classifier.weight", "classifier.bias"];

        Assert.Equal("", Find(huggingFace).Prefix);
        Assert.Equal("module.", Find([.. huggingFace.Select(name => $"module.{name}")]).Prefix);
    }

    [Theory]
    [InlineData("teacher", "student.module.backbone.", "teacher.backbone.")]
    [InlineData("model", "model_ema.module.", "model.")]
    [InlineData("state_dict", "state_dict_ema.", "state_dict.")]
    [InlineData("state_dict", "ema_state_dict.", "state_dict.")]
    [InlineData("encoder_q", "state_dict.module.encoder_k.", "state_dict.module.encoder_q.")]
    [InlineData("base_encoder", "state_dict.module.momentum_encoder.", "state_dict.module.base_encoder.")]
    public void OfSeveralNetworksTheFieldsDefaultIsTakenAndTold(string taken, string other, string prefix)
    {
        string[] names = [.. Prefixed(other), .. Prefixed(prefix)];

        FoundNetwork found = Find(names);

        Assert.Equal(prefix, found.Prefix);
        Assert.Contains("holds 2 networks", found.Note, StringComparison.Ordinal);
        Assert.Contains(taken, found.Note![found.Note!.IndexOf("taken is", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Equal("abc", found.DigestFrom("abc"));
        Assert.True(Find(names, key: prefix.TrimEnd('.')).IsDefault);
        Assert.Equal("abc", Find(names, key: taken).DigestFrom("abc"));
    }

    [Fact]
    public void AKeyChoosesAndMakesAnotherNetworkOfTheSameFile()
    {
        string[] names = [.. Prefixed("student.module.backbone."), .. Prefixed("teacher.backbone."), .. Prefixed("student.ema.").Take(20)];

        FoundNetwork student = Find(names, key: "student");

        Assert.Equal("student.module.backbone.", student.Prefix);
        Assert.False(student.IsDefault);
        Assert.Equal(student.DigestFrom("abc"), Find(names, key: "student.module").DigestFrom("abc"));
        Assert.Equal(WeightsDigests.OfChoice("abc", "student.module.backbone"), student.DigestFrom("abc"));
        Assert.NotEqual("abc", student.DigestFrom("abc"));
    }

    [Fact]
    public void WhatIsNotClearAsksAndWhatIsNotThereSaysWhatIs()
    {
        string[] names = [.. Prefixed("alpha."), .. Prefixed("beta.x.")];

        string unclear = Assert.Throws<WeightsFormatException>(() => Find(names)).Message;
        string wrong = Assert.Throws<WeightsFormatException>(() => Find(names, key: "gamma")).Message;

        Assert.Contains("holds 2 networks, under 'alpha', 'beta'", unclear, StringComparison.Ordinal);
        Assert.Contains("--checkpoint-key", unclear, StringComparison.Ordinal);
        Assert.Contains("no network under 'gamma'. It holds 'alpha', 'beta'", wrong, StringComparison.Ordinal);
        Assert.Equal("beta.x.", Find(names, key: "beta").Prefix);
        Assert.NotEqual("abc", Find(names, key: "beta").DigestFrom("abc"));
        // Words, not their beginnings.
        Assert.Throws<WeightsFormatException>(() => Find(names, key: "bet"));
    }

    [Fact]
    public void IncompleteNetworksAreFoundTooButNotAHandfulOfNames()
    {
        Assert.Equal("teacher.backbone.", Find([.. Prefixed("teacher.backbone.").Where(name => !name.Contains("head", StringComparison.Ordinal)), "teacher.head.mlp.0.weight"]).Prefix);
        Assert.Equal("", Find([.. Prefixed("decoder.").Take(20)]).Prefix);
    }

    [Fact]
    public void HostileNamesTakeNoLongerThanTheyAreMany()
    {
        string[] names = [.. Enumerable.Range(0, 5_000).Select(number => $"{string.Concat(Enumerable.Repeat("a.", 190))}{number}"), new string('.', 100_000)];
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.Equal("", Find(names).Prefix);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
    }

    [Fact]
    public void ANetworkUnderAPrefixComputesWhatItComputesWithoutOne()
    {
        TinyWeights plain = TinyWeights.Separate();
        var wrapped = new TinyWeights { Labels = plain.Labels };
        foreach (string name in plain.Values.Keys)
        {
            wrapped.Set($"model._orig_mod.backbone.{name}", plain.Shapes[name], plain.Values[name]);
        }

        using var scope = torch.NewDisposeScope();
        using GraphNetwork expected = plain.Load();
        using GraphNetwork found = wrapped.Load();
        torch.Tensor picture = TinyWeights.Picture(32, 32);

        Assert.Contains("'model._orig_mod.backbone.'", Assert.Single(found.Description.Warnings), StringComparison.Ordinal);
        Assert.Equal(expected.Forward(picture, "logits").data<float>().ToArray(), found.Forward(picture, "logits").data<float>().ToArray());
    }

    [Fact]
    public void ConfigurationNamesTheNetworkAndAnOptionOverridesIt()
    {
        TinyWeights plain = TinyWeights.Separate();
        var both = new TinyWeights { Labels = plain.Labels };
        foreach (string name in plain.Values.Keys)
        {
            both.Set($"model.{name}", plain.Shapes[name], plain.Values[name]);
            both.Set($"model_ema.module.{name}", plain.Shapes[name], [.. plain.Values[name].Select(value => value * 1.01f)]);
        }

        byte[] weights = both.Safetensors();
        string file = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(weights));
        both.Config["sha256"] = file;
        Assert.Equal(file, both.Open("net", weights, both.ConfigJson(weights)).Digest);
        both.Config["checkpointKey"] = "model_ema";

        WeightsFolder average = both.Open("net", weights, both.ConfigJson(weights));

        Assert.Equal(WeightsDigests.OfChoice(file, "model_ema.module"), average.Digest);
        using GraphNetwork loaded = GraphNetwork.Load(average, torch.CPU);
        string root = Directory.CreateTempSubdirectory("amviz-choice-").FullName;
        both.WriteTo(root);
        Assert.Equal(file, NetworkCatalogue.Open("net", root, "model").Description.WeightsDigest);
        Directory.Delete(root, recursive: true);
    }

    private static FoundNetwork Find(string[] names, string? key = null) => NetworkSearch.Find(names, Vit.Names, Expected, key, "made");

    private static IEnumerable<string> Prefixed(string prefix) => Expected.Select(name => prefix + name);

    private static IEnumerable<string> HuggingFaceBlocks(string prefix) => Enumerable.Range(0, 12).SelectMany(block =>
        new[] { "attention.attention.query", "attention.attention.key", "attention.attention.value", "attention.output.dense", "layernorm_before", "layernorm_after", "intermediate.dense", "output.dense" }
            .SelectMany(part => new[] { $"{prefix}encoder.layer.{block}.{part}.weight", $"{prefix}encoder.layer.{block}.{part}.bias" }));
}
