using System.Text;
using CsCheck;
using TorchSharp;

namespace AmViz.Weights.Tests;

[Collection(TorchTests.Name)]
public sealed class SafetensorsFileTests
{
    [Fact]
    public void ReadsTheFourNumberFormats()
    {
        byte[] data = [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f), .. BitConverter.GetBytes((Half)0.25f), .. BitConverter.GetBytes((Half)(-8f)), 0x80, 0x3F, 0x40, 0xC0, .. BitConverter.GetBytes(0.1), .. BitConverter.GetBytes(-3.0)];
        byte[] file = [.. HostileFile.With(
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]},"c":{"dtype":"BF16","shape":[2,1],"data_offsets":[12,16]},"d":{"dtype":"F64","shape":[2],"data_offsets":[16,32]}}"""), .. data];
        using SafetensorsFile opened = SafetensorsFile.Open(file, "four");
        using var scope = torch.NewDisposeScope();

        Assert.Equal([1.5f, -2f], opened.ReadFloats("a"));
        Assert.Equal([0.25f, -8f], opened.ReadFloats("b"));
        Assert.Equal([1f, -3f], opened.ReadFloats("c"));
        Assert.Equal([0.1f, -3f], opened.ReadFloats("d"));
        foreach (string name in new[] { "a", "b", "c", "d" })
        {
            torch.Tensor tensor = opened.Read(name);
            Assert.Equal(torch.ScalarType.Float32, tensor.dtype);
            Assert.Equal(opened.Tensors[name].Shape, tensor.shape);
            Assert.Equal(opened.ReadFloats(name), tensor.data<float>().ToArray());
        }
    }

    [Fact]
    public void ScalarsEmptyTensorsPaddingAndForeignFormatsAreAllowed()
    {
        using SafetensorsFile opened = SafetensorsFile.Open(HostileFile.With(
            """{"__metadata__":{"k":"v"},"count":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[8,8]},"one":{"dtype":"F32","shape":[],"data_offsets":[8,12],"note":{"x":[1]}}}   """, 12), "odd");
        using var scope = torch.NewDisposeScope();

        Assert.Equal("v", opened.Metadata["k"]);
        Assert.Equal([0f], opened.ReadFloats("one"));
        Assert.Empty(opened.ReadFloats("none"));
        Assert.Equal([0, 3], opened.Read("none").shape);
        var error = Assert.Throws<WeightsFormatException>(() => opened.ReadFloats("count"));
        Assert.Contains("'count' is I64; expected F32, F16, BF16 or F64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsWrittenIsReadBack() => Gen.Select(Gen.Int[0, 4].Array[0, 3], Gen.Int[0, 1000], Gen.Bool).Array[0, 5].Sample(tensors =>
    {
        using var scope = torch.NewDisposeScope();
        var written = tensors.Select((t, i) => (Name: $"t{i}", Tensor: torch.rand([.. t.Item1.Select(s => (long)s)]) * t.Item2 - 500))
            .ToDictionary(t => t.Name, t => t.Tensor, StringComparer.Ordinal);
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, written, new Dictionary<string, string>(StringComparer.Ordinal) { ["ä\""] = "ö\n" });

        using SafetensorsFile opened = SafetensorsFile.Open(stream.ToArray(), "written");

        Assert.Equal("ö\n", opened.Metadata["ä\""]);
        Assert.Equal(written.Keys.Order(StringComparer.Ordinal), opened.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in written)
        {
            Assert.Equal(tensor.shape, opened.Read(name).shape);
            Assert.Equal(tensor.numel() == 0 ? [] : tensor.data<float>().ToArray(), opened.ReadFloats(name));
        }
    }, iter: 50);

    [Fact]
    public void BytesDoNotDependOnTheOrderTensorsAreGivenIn()
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor a = torch.rand(3, 2);
        torch.Tensor b = torch.rand(5).view(5, 1).t();
        byte[] Written(params (string, torch.Tensor)[] tensors)
        {
            using var stream = new MemoryStream();
            SafetensorsWriter.Write(stream, tensors.ToDictionary(t => t.Item1, t => t.Item2, StringComparer.Ordinal), metadata: null, ElementType.F16);
            return stream.ToArray();
        }

        byte[] bytes = Written(("b", b), ("a", a));

        Assert.Equal(Written(("a", a), ("b", b)), bytes);
        Assert.Equal(0, (8 + HostileFile.HeaderOf(bytes).Length) % 8);
        Assert.Equal(8 + HostileFile.HeaderOf(bytes).Length + 11 * 2, bytes.Length);
    }

    [Fact]
    public void WriterRefusesWhatHalfPrecisionCannotHold()
    {
        using var scope = torch.NewDisposeScope();
        var tensors = new Dictionary<string, torch.Tensor>(StringComparer.Ordinal) { ["big"] = torch.tensor(new[] { 70_000f }) };

        var error = Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(new MemoryStream(), tensors, metadata: null, ElementType.F16));
        Assert.Contains("'big' holds values that are not finite as Float16", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(new MemoryStream(), tensors, metadata: null, ElementType.BF16));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4, "not the JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} {}""", 4, "not the JSON")]
    [InlineData("""[1]""", 0, "does not begin with '{'")]
    [InlineData(""" {}""", 0, "does not begin with '{'")]
    [InlineData("""{}""", 1, "something was added")]
    [InlineData("""{"a":[]}""", 0, "must be a JSON object but is a JSON array")]
    [InlineData("""{"a":{}}""", 0, "lacks dtype, shape or its two data_offsets")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "lacks dtype")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "lacks dtype, shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "at most 2 whole numbers")]
    [InlineData("""{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}""", 4, "dtype 'F99'")]
    [InlineData("""{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4, "the dtype of tensor 'a' must be a string but is a number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "none negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[18446744073709551617],"data_offsets":[0,4]}}""", 4, "none above")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", 4, "more than any file can hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "more than any file can hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,8],"data_offsets":[0,0]}}""", 0, "more than any file can hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "at most 8 whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "takes 8 bytes, but its data_offsets are [0, 4]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "data_offsets are [4, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "leaves a gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "leaves a gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "the file is cut off")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "something was added")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "stands twice")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "twice")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "every value of '__metadata__' must be a string but is a number")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "'a' twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' stands twice")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not the JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":[[[[[[[[[[1]]]]]]]]]]}}""", 4, "not the JSON")]
    [InlineData("""{"a":/**/{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not the JSON")]
    [InlineData("", 0, "does not begin with '{'")]
    public void HostileHeadersAreRefusedWithWhatWasFound(string header, int dataLength, string told)
    {
        var error = Assert.Throws<WeightsFormatException>(() => HostileFile.ReadAll(HostileFile.With(header, dataLength)));

        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.Contains("get it again from its source", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void FileShorterThanTheLengthFieldIsRefused(int length) =>
        Assert.Contains($"has {length} bytes, fewer than the 8", Assert.Throws<WeightsFormatException>(() => SafetensorsFile.Open(new byte[length], "short")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(3UL)]
    [InlineData(100_000_001UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData((ulong)long.MaxValue)]
    [InlineData(0x8000_0000UL)]
    public void HeaderLongerThanTheFileIsRefusedBeforeItIsAllocated(ulong claimed)
    {
        byte[] file = HostileFile.With("{}"u8.ToArray(), dataLength: 0, claimed);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<WeightsFormatException>(() => SafetensorsFile.Open(file, "long"));

        Assert.Contains($"its header claims {claimed} bytes; at most 2 are possible", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void InvalidUtf8IsRefused()
    {
        byte[] header = Encoding.UTF8.GetBytes("""{"a?":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""");
        header[3] = 0xFF;

        Assert.Throws<WeightsFormatException>(() => SafetensorsFile.Open(HostileFile.With(header, 4), "bytes"));
    }

    [Fact]
    public void TooManyTensorsAreRefusedWithinTheMemoryOfTheHeader()
    {
        string entries = string.Join(',', Enumerable.Range(0, SafetensorsHeader.MostTensors + 1).Select(i => $$"""
            "{{i}}":{"dtype":"F32","shape":[],"data_offsets":[{{4 * i}},{{4 * i + 4}}]}
            """));
        byte[] file = HostileFile.With($"{{{entries}}}", 4 * (SafetensorsHeader.MostTensors + 1));
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<WeightsFormatException>(() => SafetensorsFile.Open(file, "many"));

        Assert.Contains("more than 20000 tensors", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5L * file.Length);
    }

    [Fact]
    public void ErrorsShowForeignTextShortAndWithoutControlCharacters()
    {
        string name = "\\u001b[31m" + new string('n', 5000);
        byte[] file = HostileFile.With("{\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8);

        var error = Assert.Throws<WeightsFormatException>(() => SafetensorsFile.Open(file, "escape"));

        Assert.True(error.Message.Length < 400);
        Assert.DoesNotContain('\u001b', error.Message);
    }

    [Fact]
    public void MissingFilesAndFoldersAreFormatErrors()
    {
        Assert.Contains("cannot be opened", Assert.Throws<WeightsFormatException>(() => SafetensorsFile.Open("/no/such/file")).Message, StringComparison.Ordinal);
        Assert.Throws<WeightsFormatException>(() => SafetensorsFile.Open(Path.GetTempPath()));
    }

    [Fact]
    public void FileThatBecomesShorterIsAFormatError()
    {
        string path = Path.Combine(Path.GetTempPath(), $"amviz-{Guid.NewGuid():N}.safetensors");
        try
        {
            File.WriteAllBytes(path, HostileFile.With("""{"a":{"dtype":"F32","shape":[1024],"data_offsets":[0,4096]}}""", 4096));
            using SafetensorsFile opened = SafetensorsFile.Open(path);
            using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                writer.SetLength(100);
            }

            Assert.Contains("became shorter", Assert.Throws<WeightsFormatException>(() => opened.ReadFloats("a")).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
