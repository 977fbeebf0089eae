using System.Text;
using System.Text.Json.Nodes;

namespace AmViz.KubernetesApi;

/// <summary>Reads the messages that clients send as protobuf: Secrets, in which Helm keeps its releases, what 'kubectl create' makes of words, and DeleteOptions.</summary>
/// <remarks>Field numbers are those of k8s.io/api/core/v1/generated.proto and k8s.io/apimachinery's meta/v1 and runtime.</remarks>
internal static class ProtobufObject
{
    private static readonly byte[] Magic = "k8s\0"u8.ToArray();

    /// <summary>Whether a body is in this form.</summary>
    public static bool Is(ReadOnlySpan<byte> body) => body.StartsWith(Magic);

    /// <summary>The object, as its JSON would be.</summary>
    public static JsonObject Read(byte[] body)
    {
        var envelope = Fields(body.AsMemory(Magic.Length));
        var type = Fields(envelope.First(field => field.Number == 1).Bytes);
        var kind = Text(type.First(field => field.Number == 2).Bytes);
        var result = new JsonObject { ["apiVersion"] = Text(type.First(field => field.Number == 1).Bytes), ["kind"] = kind };
        if (kind == "DeleteOptions")
        {
            return result;
        }

        if (kind is not ("ConfigMap" or "Namespace" or "Secret" or "ServiceAccount"))
        {
            throw new NotSupportedException($"A {kind} came as protobuf, of which only ConfigMaps, Namespaces, Secrets and ServiceAccounts are read. Add its fields here.");
        }

        foreach (var (number, bytes) in Fields(envelope.First(field => field.Number == 2).Bytes))
        {
            if (number == 1)
            {
                result["metadata"] = Metadata(bytes);
            }
            else if (number == 2 && kind is ("ConfigMap" or "Secret"))
            {
                var (key, value) = Entry(bytes);
                result["data"] ??= new JsonObject();
                result["data"]![key] = kind == "Secret" ? Convert.ToBase64String(value.Span) : Text(value);
            }
            else if (number == 3 && kind == "Secret")
            {
                result["type"] = Text(bytes);
            }
        }

        return result;
    }

    private static JsonObject Metadata(ReadOnlyMemory<byte> message)
    {
        var result = new JsonObject();
        foreach (var (number, bytes) in Fields(message))
        {
            var name = number switch { 1 => "name", 3 => "namespace", 5 => "uid", 6 => "resourceVersion", 11 => "labels", 12 => "annotations", _ => "" };
            if (number is 11 or 12)
            {
                var (key, value) = Entry(bytes);
                if (result[name] is not JsonObject map)
                {
                    result[name] = map = [];
                }

                map[key] = Text(value);
            }
            else if (name.Length > 0 && bytes.Length > 0)
            {
                result[name] = Text(bytes);
            }
        }

        return result;
    }

    private static (string Key, ReadOnlyMemory<byte> Value) Entry(ReadOnlyMemory<byte> message)
    {
        var fields = Fields(message);
        return (Text(fields.First(field => field.Number == 1).Bytes), fields.FirstOrDefault(field => field.Number == 2).Bytes);
    }

    private static List<(int Number, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> message)
    {
        var fields = new List<(int, ReadOnlyMemory<byte>)>();
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message.Span, ref at);
            var length = (tag & 7) switch
            {
                0 => Skip(message.Span, ref at),
                1 => 8,
                2 => (int)Varint(message.Span, ref at),
                5 => 4,
                var wire => throw new InvalidDataException($"There is no wire type {wire} in protobuf."),
            };
            fields.Add(((int)(tag >> 3), message.Slice(at, length)));
            at += length;
        }

        return fields;
    }

    private static int Skip(ReadOnlySpan<byte> bytes, ref int at)
    {
        Varint(bytes, ref at);
        return 0;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
