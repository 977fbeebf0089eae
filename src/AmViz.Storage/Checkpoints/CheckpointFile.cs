using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace AmViz.Storage;

/// <summary>A checkpoint as bytes: a mark with the format's version, the length of the header, the header as JSON, the state, and the SHA-256 of all that.</summary>
/// <remarks>Read with distrust: what is not exactly what was written is no checkpoint, since a picture must never go on from damaged bits.</remarks>
internal static class CheckpointFile
{
    private const int LengthBytes = sizeof(int);

    // The last character is the version of the format.
    private static ReadOnlySpan<byte> Mark => "amvzckp1"u8;

    /// <summary>Writes a checkpoint.</summary>
    public static byte[] Write(AscentCheckpoint checkpoint)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new Header(checkpoint.Task, checkpoint.RecipeHash, checkpoint.Environment, checkpoint.Software, checkpoint.Step), SweepJson.Compact);
        var file = new byte[Mark.Length + LengthBytes + header.Length + checkpoint.State.Length + SHA256.HashSizeInBytes];
        Mark.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(Mark.Length), header.Length);
        header.CopyTo(file, Mark.Length + LengthBytes);
        checkpoint.State.CopyTo(file.AsMemory(Mark.Length + LengthBytes + header.Length));
        SHA256.HashData(file.AsSpan(..^SHA256.HashSizeInBytes), file.AsSpan(^SHA256.HashSizeInBytes..));
        return file;
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <returns>Null if it is damaged, of another format, or no checkpoint at all.</returns>
    public static AscentCheckpoint? TryRead(ReadOnlyMemory<byte> file)
    {
        var start = Mark.Length + LengthBytes;
        if (file.Length < start + SHA256.HashSizeInBytes || !file.Span.StartsWith(Mark))
        {
            return null;
        }

        var content = file[..^SHA256.HashSizeInBytes];
        var headerLength = BinaryPrimitives.ReadInt32LittleEndian(content.Span[Mark.Length..]);
        return headerLength >= 0 && headerLength <= content.Length - start && IsWhole(file.Span)
            ? Read(content.Slice(start, headerLength).Span, content[(start + headerLength)..])
            : null;
    }

    private static bool IsWhole(ReadOnlySpan<byte> file)
        => SHA256.HashData(file[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(file[^SHA256.HashSizeInBytes..]);

    private static AscentCheckpoint? Read(ReadOnlySpan<byte> json, ReadOnlyMemory<byte> state)
    {
        try
        {
            return JsonSerializer.Deserialize<Header>(json, SweepJson.Compact) is not { Step: > 0 } header ? null : new()
            {
                Task = header.Task,
                RecipeHash = header.RecipeHash,
                Environment = header.Environment,
                Software = header.Software,
                Step = header.Step,
                State = state,
            };
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or NotSupportedException)
        {
            // Whole, and yet not ours.
            return null;
        }
    }

    private sealed record Header(ChannelTask Task, string RecipeHash, RenderEnvironment Environment, string Software, int Step);
}
