namespace AmViz.Weights.Tests;

[Collection(TorchTests.Name)]
public sealed class TensorFilesTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("amviz-kinds-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("state_dict.pth", "conv.weight")]
    [InlineData("keras.h5", "conv1/kernel:0")]
    public void KindIsToldByTheFirstBytesWhateverTheExtension(string fixture, string tensor)
    {
        string path = Path.Combine(root, "weights.safetensors");
        File.Copy(Fixture.Path(fixture), path);

        using ITensorFile file = TensorFiles.Open(File.OpenRead(path), path);

        Assert.Contains(tensor, file.Tensors.Keys);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:abc", "git lfs pull")]
    [InlineData("<!DOCTYPE html><html>", "web page")]
    [InlineData("\n <html>", "web page")]
    [InlineData("\u001f\u008b\u0008", "gzip")]
    [InlineData("\u0080\u0002}q\u0000.", "bare pickle")]
    [InlineData("\u0080\u0004\u0095\u0005\u0000\u0000\u0000\u0000\u0000\u0000\u0000}.", "bare pickle")]
    public void WhatPeoplePutThereByMistakeIsCalledByItsName(string contents, string expected)
    {
        byte[] bytes = [.. contents.Select(c => (byte)c)];

        Assert.Contains(expected, Assert.Throws<WeightsFormatException>(() => Fixture.Open(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SafetensorsHeaderThatBeginsLikeAPickleIsStillOne()
    {
        string start = """{"__metadata__":{"k":"v"}""";
        byte[] file = HostileFile.With(start + new string(' ', 0x280 - start.Length - 1) + "}");

        Assert.Equal([0x80, 0x02], file[..2]);
        using ITensorFile opened = Fixture.Open(file);
        Assert.Empty(opened.Tensors);
    }

    [Theory]
    [InlineData("last.ckpt")]
    [InlineData("resnet20.th")]
    [InlineData("model_best.pth.tar")]
    public void EndingsOfTrainingScriptsAreWeights(string name)
    {
        File.WriteAllText(Path.Combine(root, name), "");

        Assert.Equal(name, Path.GetFileName(WeightsSearch.FindIn(root)));
    }

    [Fact]
    public void IndexOfShardsIsTakenBeforeTheShardsAndThatOfSafetensorsFirst()
    {
        File.WriteAllText(Path.Combine(root, "pytorch_model-00001-of-00002.bin"), "");
        File.WriteAllText(Path.Combine(root, "pytorch_model-00002-of-00002.bin"), "");
        File.WriteAllText(Path.Combine(root, "pytorch_model.bin.index.json"), "");
        Assert.Equal("pytorch_model.bin.index.json", Path.GetFileName(WeightsSearch.FindIn(root)));
        File.WriteAllText(Path.Combine(root, "model-00001-of-00001.safetensors"), "");
        File.WriteAllText(Path.Combine(root, "model.safetensors.index.json"), "");
        Assert.Equal("model.safetensors.index.json", Path.GetFileName(WeightsSearch.FindIn(root)));
    }

    [Fact]
    public void OnlyFileOfAFolderThatMayBeWeightsIsTaken()
    {
        File.WriteAllText(Path.Combine(root, "config.json"), "{}");
        Assert.Equal("model.safetensors", Path.GetFileName(WeightsSearch.FindIn(root)));
        File.WriteAllText(Path.Combine(root, "net.PTH"), "");
        Assert.Equal("net.PTH", Path.GetFileName(WeightsSearch.FindIn(root)));
        File.WriteAllText(Path.Combine(root, "other.h5"), "");
        Assert.Contains("2 files that may be weights, net.PTH, other.h5", Assert.Throws<WeightsFormatException>(() => WeightsSearch.FindIn(root)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(root, "model.safetensors"), "");
        Assert.Equal("model.safetensors", Path.GetFileName(WeightsSearch.FindIn(root)));
    }
}
