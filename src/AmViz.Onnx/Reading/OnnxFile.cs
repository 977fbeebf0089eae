using AmViz.Onnx.Schema;
using AmViz.Weights;
using Google.Protobuf;

namespace AmViz.Onnx;

/// <summary>Reads ONNX models, from files that nobody vouches for.</summary>
internal static class OnnxFile
{
    /// <summary>Protocol buffers end here; larger networks keep their tensors in files of their own.</summary>
    private const long MostBytes = int.MaxValue - 1024;

    /// <summary>Whether a file may be an ONNX model: its first field is the IR version, a small number.</summary>
    /// <param name="start">Its first bytes.</param>
    public static bool IsOnnx(ReadOnlySpan<byte> start) => start is [0x08, >= 3 and <= 32, 0x12 or 0x1A or 0x22 or 0x2A or 0x32 or 0x3A or 0x42, ..];

    /// <summary>Reads a model and the tensors in files beside it.</summary>
    /// <param name="path">The model.</param>
    /// <exception cref="WeightsFormatException">It is damaged, or has what is not taken; all of it is told at once.</exception>
    public static OnnxModel Read(string path)
    {
        byte[] bytes;
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MostBytes)
            {
                throw new WeightsFormatException($"{path}: has {stream.Length} bytes; an ONNX file ends at 2 GB. Export the network with external data (torch.onnx.export(..., external_data=True)), so that its tensors lie in a file beside it.");
            }

            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsFormatException($"{path}: cannot be read ({ErrorText.Shorten(e.Message, longest: 300)}).", e);
        }

        return Read(bytes, path, ExternalData.Beside(path));
    }

    /// <summary>Reads a model.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">How to call it in errors.</param>
    /// <param name="external">Files beside it; null: there are none.</param>
    /// <exception cref="WeightsFormatException">It is damaged, or has what is not taken; all of it is told at once.</exception>
    public static OnnxModel Read(byte[] bytes, string name, ExternalData? external = null)
    {
        OnnxScan.Check(bytes, name);
        ModelProto proto;
        try
        {
            proto = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new WeightsFormatException($"{name}: is no ONNX model ({ErrorText.Shorten(e.Message)}). Expected what torch.onnx.export or onnx.save writes; get the file again from its source.", e);
        }

        return new ModelReader(proto, name, new TensorReader(external)).Read() with { ExternalFiles = [.. external?.Files ?? []] };
    }
}
