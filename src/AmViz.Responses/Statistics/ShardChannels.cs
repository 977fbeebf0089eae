namespace AmViz.Responses;

/// <summary>The channels of a layer of a shard as bytes.</summary>
internal static class ShardChannels
{
    public static void Write(ShardWriter writer, LayerStatistics layer)
    {
        foreach (var channel in layer.Channels)
        {
            Write(writer, channel);
        }

        ShardFile.Write(writer, layer.Sample, Write);
    }

    public static LayerStatistics Read(BinaryReader reader, int channels, int labels)
    {
        var layer = new LayerStatistics(channels, labels);
        foreach (var channel in layer.Channels)
        {
            Read(reader, channel);
        }

        foreach (var photograph in ShardFile.Read(reader, source => ReadSampled(source, channels)))
        {
            layer.Keep(photograph);
        }

        return layer;
    }

    private static void Write(ShardWriter writer, ChannelStatistics channel)
    {
        ShardFile.Write(writer, channel.Top.Examples, Write);
        ShardFile.Write(writer, channel.Bottom.Examples, Write);
        Write(writer, channel.Sketch);
        Write(writer, channel.Moments);
        Write(writer, channel.MapMeans);
        writer.Write7BitEncodedInt64(channel.Zeros);
        writer.Write7BitEncodedInt64(channel.NotFinite);
        ShardFile.Write(writer, [.. channel.Labels.Index().Where(label => label.Item is not null)], (target, label) =>
        {
            target.Write7BitEncodedInt(label.Index);
            Write(target, label.Item!);
        });
    }

    private static void Read(BinaryReader reader, ChannelStatistics channel)
    {
        Array.ForEach(ShardFile.Read(reader, ReadExample), channel.Top.Add);
        Array.ForEach(ShardFile.Read(reader, ReadExample), channel.Bottom.Add);
        channel.Restore(ReadSketch(reader, ChannelStatistics.SketchLimit), ReadMoments(reader), ReadMoments(reader));
        channel.Zeros = reader.Read7BitEncodedInt64();
        channel.NotFinite = reader.Read7BitEncodedInt64();
        foreach (var (label, sketch) in ShardFile.Read(reader, source => (source.Read7BitEncodedInt(), ReadSketch(source, ChannelStatistics.LabelSketchLimit))))
        {
            channel.Restore(label, sketch);
        }
    }

    private static void Write(ShardWriter writer, Example example)
    {
        writer.Write(example.Response);
        writer.Write7BitEncodedInt(example.Position);
        writer.Write7BitEncodedInt64(example.Number);
        ShardPhotographs.Write(writer, example.Digest);
    }

    private static Example ReadExample(BinaryReader reader)
        => new(reader.ReadSingle(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt64(), ShardPhotographs.ReadDigest(reader));

    private static void Write(ShardWriter writer, ResponseSketch sketch)
    {
        writer.Write7BitEncodedInt(sketch.Level);
        writer.Write7BitEncodedInt(sketch.Buckets.Length);
        writer.Write7BitEncoded(sketch.Buckets, sketch.Counts);
    }

    private static ResponseSketch ReadSketch(BinaryReader reader, int limit)
    {
        var level = reader.Read7BitEncodedInt();
        var used = reader.Read7BitEncodedInt();
        var (buckets, counts, before) = (new uint[used], new int[used], 0u);
        for (var i = 0; i < used; i++)
        {
            buckets[i] = before += (uint)reader.Read7BitEncodedInt64();
            counts[i] = reader.Read7BitEncodedInt();
        }

        return ResponseSketch.Restore(limit, level, buckets, counts);
    }

    private static void Write(ShardWriter writer, ExactMoments moments)
    {
        writer.Write7BitEncodedInt64(moments.Count);
        writer.Write7BitEncodedInt(moments.First);
        writer.Write7BitEncodedInt(moments.Sums.Length);
        for (var i = 0; i < moments.Sums.Length; i++)
        {
            writer.Write7BitEncodedInt64(moments.Sums[i]);
            writer.Write7BitEncodedInt64((long)(ulong)(moments.Squares[i] >> 64));
            writer.Write7BitEncodedInt64((long)(ulong)moments.Squares[i]);
        }
    }

    private static ExactMoments ReadMoments(BinaryReader reader)
    {
        var (count, first, used) = (reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
        var (sums, squares) = (new long[used], new UInt128[used]);
        for (var i = 0; i < used; i++)
        {
            sums[i] = reader.Read7BitEncodedInt64();
            squares[i] = new((ulong)reader.Read7BitEncodedInt64(), (ulong)reader.Read7BitEncodedInt64());
        }

        return ExactMoments.Restore(count, first, sums, squares);
    }

    private static void Write(ShardWriter writer, SampledPhotograph photograph)
    {
        writer.Write7BitEncodedInt64(photograph.Number);
        ShardPhotographs.Write(writer, photograph.Digest);
        for (var channel = 0; channel < photograph.Responses.Length; channel++)
        {
            writer.Write(photograph.Responses[channel]);
            writer.Write7BitEncodedInt(photograph.Positions[channel]);
        }
    }

    private static SampledPhotograph ReadSampled(BinaryReader reader, int channels)
    {
        var (number, digest) = (reader.Read7BitEncodedInt64(), ShardPhotographs.ReadDigest(reader));
        var (responses, positions) = (new float[channels], new int[channels]);
        for (var channel = 0; channel < channels; channel++)
        {
            (responses[channel], positions[channel]) = (reader.ReadSingle(), reader.Read7BitEncodedInt());
        }

        return new(number, digest, responses, positions);
    }
}
