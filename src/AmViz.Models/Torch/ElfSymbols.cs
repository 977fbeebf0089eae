using System.Buffers.Binary;
using System.Text;

namespace AmViz.Models;

/// <summary>Finds symbols of a shared library that it does not export, in the table that the linker left in it (ELF-64, little-endian; System V ABI, chapter 4).</summary>
internal static class ElfSymbols
{
    private const int EntryOfSection = 64;
    private const int EntryOfSymbol = 24;
    private const int SymbolTable = 2;      // SHT_SYMTAB
    private const int ChunkSize = EntryOfSymbol << 16;

    private static ReadOnlySpan<byte> Magic => [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1];

    /// <summary>Addresses of functions and variables, relative to the base of the library.</summary>
    /// <param name="path">The library.</param>
    /// <param name="names">Mangled names.</param>
    /// <returns>Those that were found; none where the library was stripped, or is no such file.</returns>
    /// <exception cref="IOException">It cannot be read, or ends within its tables.</exception>
    public static IReadOnlyDictionary<string, nint> Find(string path, params IReadOnlyList<string> names)
    {
        using var file = File.OpenRead(path);
        var found = new Dictionary<string, nint>(StringComparer.Ordinal);
        if (TablesOf(file) is not var (symbols, strings))
        {
            return found;
        }

        var places = PlacesOf(file, strings, names);
        foreach (var chunk in Chunks(file, symbols, overlap: 0))
        {
            for (var at = 0; at < chunk.Length; at += EntryOfSymbol)
            {
                var symbol = chunk.Span.Slice(at, EntryOfSymbol);
                if (places.TryGetValue(BinaryPrimitives.ReadUInt32LittleEndian(symbol), out var name))
                {
                    found[name] = (nint)BinaryPrimitives.ReadInt64LittleEndian(symbol[8..]);
                }
            }
        }

        return found;
    }

    private static (Section Symbols, Section Strings)? TablesOf(FileStream file)
    {
        var header = new byte[EntryOfSection];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.AsSpan().StartsWith(Magic))
        {
            return null;
        }

        file.Position = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(40));
        var sections = new byte[BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(60)) * EntryOfSection];
        file.ReadExactly(sections);
        for (var at = 0; at < sections.Length; at += EntryOfSection)
        {
            if (BinaryPrimitives.ReadInt32LittleEndian(sections.AsSpan(at + 4)) == SymbolTable)
            {
                return (Section.At(sections, at), Section.At(sections, BinaryPrimitives.ReadInt32LittleEndian(sections.AsSpan(at + 40)) * EntryOfSection));
            }
        }

        return null;
    }

    /// <summary>Where the names stand. Tables share the ends of names, so one may stand within a longer one.</summary>
    private static Dictionary<uint, string> PlacesOf(FileStream file, Section strings, IReadOnlyList<string> names)
    {
        var places = new Dictionary<uint, string>();
        var wanted = names.Select(name => (Name: name, Bytes: Encoding.ASCII.GetBytes(name + '\0'))).ToArray();
        var offset = 0u;
        foreach (var chunk in Chunks(file, strings, overlap: wanted.Max(name => name.Bytes.Length)))
        {
            foreach (var (name, bytes) in wanted)
            {
                for (var (from, at) = (0, 0); (at = chunk.Span[from..].IndexOf(bytes)) >= 0; from += at + 1)
                {
                    places[offset + (uint)(from + at)] = name;
                }
            }

            offset += ChunkSize;
        }

        return places;
    }

    // The library has some hundred megabytes.
    private static IEnumerable<ReadOnlyMemory<byte>> Chunks(FileStream file, Section section, int overlap)
    {
        var buffer = new byte[ChunkSize + overlap];
        for (var at = 0L; at < section.Length; at += ChunkSize)
        {
            var chunk = buffer.AsMemory(0, (int)Math.Min(buffer.Length, section.Length - at));
            file.Position = section.Offset + at;
            file.ReadExactly(chunk.Span);
            yield return chunk;
        }
    }

    private readonly record struct Section(long Offset, long Length)
    {
        public static Section At(byte[] sections, int at)
            => new(BinaryPrimitives.ReadInt64LittleEndian(sections.AsSpan(at + 24)), BinaryPrimitives.ReadInt64LittleEndian(sections.AsSpan(at + 32)));
    }
}
