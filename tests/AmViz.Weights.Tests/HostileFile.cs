using System.Buffers.Binary;
using System.Text;

namespace AmViz.Weights.Tests;

/// <summary>Builds safetensors files byte by byte, right or wrong.</summary>
internal static class HostileFile
{
    /// <summary>A file with this header and that many data bytes.</summary>
    public static byte[] With(string header, int dataLength = 0) => With(Encoding.UTF8.GetBytes(header), dataLength);

    public static byte[] With(byte[] header, int dataLength = 0, ulong? claimedLength = null)
    {
        byte[] file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimedLength ?? (ulong)header.Length);
        header.CopyTo(file, 8);
        return file;
    }

    /// <summary>The header text of a file.</summary>
    public static string HeaderOf(byte[] file) => Encoding.UTF8.GetString(file, 8, (int)BinaryPrimitives.ReadUInt64LittleEndian(file));

    /// <summary>Opens the file and reads every tensor, as a program would that trusts it.</summary>
    public static void ReadAll(byte[] file)
    {
        using SafetensorsFile opened = SafetensorsFile.Open(file, "hostile");
        foreach (TensorEntry entry in opened.Tensors.Values)
        {
            if (entry.ElementType == ElementType.Other)
            {
                Assert.Throws<WeightsFormatException>(() => opened.ReadFloats(entry.Name));
                continue;
            }

            Assert.Equal(entry.ElementCount, opened.ReadFloats(entry.Name).LongLength);
            using TorchSharp.torch.Tensor tensor = opened.Read(entry.Name);
            Assert.Equal(entry.Shape, tensor.shape);
        }
    }
}
