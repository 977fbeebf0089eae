using AmViz.Sweeps;
using CsCheck;

namespace AmViz.Cluster.Abstractions.Tests;

public sealed class ChannelTaskKeyTests
{
    private static readonly Gen<string> Name = Gen.String["abcdefghijklmnopqrstuvwxyz0123456789_-."].Where(text => text.Length > 0);

    // As of a network in ONNX: '/' may stand anywhere.
    private static readonly Gen<string> LayerName = Gen.String["abcdefghijklmnopqrstuvwxyz0123456789_-./"].Where(text => text.Length > 0);

    [Fact]
    public void EveryKeyReadsBackAsItself()
        => Gen.Select(Name, LayerName, Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue])
            .Sample((model, layer, channel, seed) =>
            {
                var key = new ChannelTaskKey(new SweepId("0123456789abcdef"), model, layer, channel, seed);
                return ChannelTaskKey.Parse(key.ToString()) == key;
            });

    [Fact]
    public void TheKeyOfATaskNamesSweepNetworkLayerChannelAndSeed()
        => Assert.Equal(
            "0123456789abcdef/texturenet/conv_pw_5_bn/12-s3",
            ChannelTaskKey.Of(new("0123456789abcdef"), new("texturenet", "digest", "conv_pw_5_bn", 12, 3)).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef/net/layer")]
    [InlineData("0123456789abcdef/net/layer/12")]
    [InlineData("0123456789abcdef/net/layer/-1-s0")]
    [InlineData("0123456789ABCDEF/net/layer/1-s0")]
    [InlineData("0123456789abcdef/net/layer/1-s0/more")]
    public void WhatIsNoKeyIsRefusedWithTheFormItShouldHave(string text)
        => Assert.Contains("sweep/model/layer/channel-sSeed", Assert.Throws<FormatException>(() => ChannelTaskKey.Parse(text)).Message, StringComparison.Ordinal);
}
