using AmViz.Weights;

namespace AmViz.Onnx;

/// <summary>Walks over the bytes of a model before anything is made of them, and adds up what objects for them would take.</summary>
/// <remarks>
/// A message of two bytes becomes an object of hundreds, and a number of one byte a list entry of up to 24 while the list grows. So a file is refused whose
/// objects would take more than <see cref="MostBytes"/>, or that nests deeper than <see cref="Deepest"/>. What <c>onnx.proto</c> does not name is skipped, here and by the parser.
/// </remarks>
/// <param name="file">All of it.</param>
/// <param name="name">How to call it in errors.</param>
internal sealed class OnnxScan(byte[] file, string name)
{
    /// <summary>A graph in a branch in a branch in a function nests by about four messages each.</summary>
    public const int Deepest = 48;

    private const long FreeBytes = 48 << 20;

    private const int GrowingEntry = 24;        // a list doubles: the old entries, the new ones and the room for as many again

    private long _bytes;

    private int _position;

    private enum Kind
    {
        None,
        Model,
        Opset,
        Pair,
        Graph,
        Node,
        Attribute,
        Function,
        Tensor,
        Sparse,
        ValueInfo,
        Type,
        TensorType,
        Shape,
        Dimension,
    }

    private enum Content
    {
        Skipped,
        Message,
        Text,
        Numbers,
        FixedNumbers,
    }

    /// <summary>Bytes that the objects of a file may take: three times the file, and 48 MiB. With the file itself that is less than four times the file and 64 MiB.</summary>
    /// <param name="length">Bytes of the file.</param>
    public static long MostBytes(long length) => (3 * length) + FreeBytes;

    /// <summary>Checks a file.</summary>
    /// <exception cref="WeightsFormatException">It is no sequence of fields, nests too deeply, or its objects would take too much.</exception>
    public static void Check(byte[] file, string name) => new OnnxScan(file, name).Walk(file.Length, Kind.Model, depth: 1);

    private void Walk(int end, Kind kind, int depth)
    {
        if (depth > Deepest)
        {
            throw Wrong($"it nests more than {Deepest} messages");
        }

        while (_position < end)
        {
            var tag = ReadVarint(end);
            switch (tag & 7)
            {
                case 0:
                    ReadVarint(end);
                    Count(GrowingEntry);
                    break;
                case 1:
                    Skip(8, end);
                    Count(GrowingEntry);
                    break;
                case 2:
                    WalkField(end, kind, (int)Math.Min(tag >> 3, int.MaxValue), depth);
                    break;
                case 5:
                    Skip(4, end);
                    Count(GrowingEntry);
                    break;
                default:
                    throw Wrong($"it has a field of the kind {tag & 7} at byte {_position}, which ONNX has not");
            }
        }
    }

    private void WalkField(int end, Kind kind, int field, int depth)
    {
        var bytes = ReadVarint(end);
        if (bytes > (ulong)(end - _position))
        {
            throw Wrong($"a field at byte {_position} claims {bytes} bytes where {end - _position} are left");
        }

        (var content, var child) = Of(kind, field);
        switch (content)
        {
            case Content.Message:
                Count(CostOf(child));
                Walk(_position + (int)bytes, child, depth + 1);
                return;
            case Content.Text:
                Count((2 * (long)bytes) + 64);
                break;
            case Content.Numbers:
                Count((long)bytes * GrowingEntry);
                break;
            case Content.FixedNumbers:
                Count((2 * (long)bytes) + GrowingEntry);
                break;
            default:
                break;
        }

        _position += (int)bytes;
    }

    private void Skip(int bytes, int end)
    {
        if (bytes > end - _position)
        {
            throw Wrong($"it ends in the middle of a number at byte {_position}");
        }

        _position += bytes;
    }

    private ulong ReadVarint(int end)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position >= end)
            {
                throw Wrong($"it ends in the middle of a number at byte {_position}");
            }

            var next = file[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Wrong($"it has a number of more than 64 bits at byte {_position}");
    }

    private static (Content Content, Kind Child) Of(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Model, 7) or (Kind.Attribute, 6) => (Content.Message, Kind.Graph),
        (Kind.Model, 8) or (Kind.Function, 9) => (Content.Message, Kind.Opset),
        (Kind.Model, 14) or (Kind.Tensor, 13) => (Content.Message, Kind.Pair),
        (Kind.Model, 25) => (Content.Message, Kind.Function),
        (Kind.Graph, 1) or (Kind.Function, 7) => (Content.Message, Kind.Node),
        (Kind.Graph, 5) or (Kind.Attribute, 5) or (Kind.Sparse, 1 or 2) => (Content.Message, Kind.Tensor),
        (Kind.Graph, 11 or 12) => (Content.Message, Kind.ValueInfo),
        (Kind.Graph, 15) or (Kind.Attribute, 22) => (Content.Message, Kind.Sparse),
        (Kind.Node, 5) or (Kind.Function, 11) => (Content.Message, Kind.Attribute),
        (Kind.ValueInfo, 2) => (Content.Message, Kind.Type),
        (Kind.Type, 1) => (Content.Message, Kind.TensorType),
        (Kind.TensorType, 2) => (Content.Message, Kind.Shape),
        (Kind.Shape, 1) => (Content.Message, Kind.Dimension),
        (Kind.Model, 2 or 3) or (Kind.Graph, 2) or (Kind.Opset, 1) or (Kind.Pair, 1 or 2) or (Kind.Node, 1 or 2 or 3 or 4 or 7 or 8) or (Kind.Attribute, 1 or 4 or 9 or 21)
            or (Kind.Function, 1 or 4 or 5 or 6 or 10 or 13) or (Kind.Tensor, 6 or 8 or 9) or (Kind.ValueInfo, 1) or (Kind.Dimension, 2) => (Content.Text, Kind.None),
        (Kind.Attribute, 7) or (Kind.Tensor, 4 or 10) => (Content.FixedNumbers, Kind.None),
        (Kind.Attribute, 8) or (Kind.Tensor, 1 or 5 or 7 or 11) or (Kind.Sparse, 3) => (Content.Numbers, Kind.None),
        _ => (Content.Skipped, Kind.None),
    };

    // Of the object with its empty lists, and of what is made of it afterwards.
    private static long CostOf(Kind kind) => kind switch
    {
        Kind.Tensor => 800,
        Kind.Node or Kind.Function or Kind.Graph => 700,
        Kind.Attribute => 500,
        _ => 200,
    };

    private void Count(long bytes)
    {
        _bytes += bytes;
        if (_bytes > MostBytes(file.Length))
        {
            throw Wrong($"reading it would take more than {MostBytes(file.Length) >> 20} MB for a file of {file.Length} bytes");
        }
    }

    private WeightsFormatException Wrong(string problem)
        => new($"{name}: is no ONNX model that can be read: {problem}. Expected what torch.onnx.export or onnx.save writes; export the network again, or get the file again from its source.");
}
