namespace AmViz.Models;

/// <summary>What kind of values a layer holds.</summary>
public enum LayerKind
{
    /// <summary>A convolution over all input channels, before batch-norm.</summary>
    Convolution,

    /// <summary>A convolution of each channel by itself, before batch-norm.</summary>
    DepthwiseConvolution,

    /// <summary>A 1x1 convolution, before batch-norm.</summary>
    PointwiseConvolution,

    /// <summary>After batch-norm, before the activation function.</summary>
    BatchNormalization,

    /// <summary>After the activation function.</summary>
    Activation,

    /// <summary>The sum of a shortcut and what the layers beside it made.</summary>
    Addition,

    /// <summary>The channels of several branches, one after the other.</summary>
    Concatenation,

    /// <summary>After pooling.</summary>
    Pooling,

    /// <summary>Hidden dimensions of tokens: height is the number of tokens, width is 1.</summary>
    Tokens,

    /// <summary>One value a class, before softmax.</summary>
    Logits,

    /// <summary>The vector that a network without classes makes of a whole picture: one value a dimension.</summary>
    Embedding,
}

/// <summary>A layer whose channels can be drawn, for pictures of a given size.</summary>
/// <param name="Name">As the original framework reports it, e.g. <c>conv_pw_5_bn</c>.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="ChannelCount">Number of channels; for logits the number of classes, for tokens the hidden dimensions.</param>
/// <param name="Height">Rows; 1 for logits and embeddings, the number of tokens for tokens.</param>
/// <param name="Width">Columns; 1 for logits, embeddings and tokens.</param>
public sealed record LayerInfo(string Name, LayerKind Kind, int ChannelCount, int Height, int Width)
{
    /// <summary>Whether this tap is the one to draw when a person names no other.</summary>
    /// <remarks>
    /// Of a convolution that is the value after batch-norm and before the activation function (<c>..._bn</c>): every
    /// weights file has it, it is not clipped so that its gradient never dies, and batch-norm puts the channels on
    /// one scale. Logits are their own default tap.
    /// </remarks>
    public bool IsDefaultTap { get; init; }

    /// <summary>Tokens before those of the patches: the class token, where there is one, then the <see cref="Registers"/>.</summary>
    /// <remarks>Patches follow row by row.</remarks>
    public int PrefixTokens { get; init; }

    /// <summary>Of <see cref="PrefixTokens"/>, how many are registers: learned tokens that stand neither for a patch nor for the class.</summary>
    public int Registers { get; init; }

    /// <summary>Checks a channel number.</summary>
    /// <exception cref="ChannelOutOfRangeException">It is not in 0 .. <see cref="ChannelCount"/> - 1.</exception>
    public void RequireChannel(int channel)
    {
        if (channel < 0 || channel >= ChannelCount)
        {
            throw new ChannelOutOfRangeException(
                $"Layer '{Name}' has no channel {channel}: it has {ChannelCount}. Choose one from 0 to {ChannelCount - 1}.");
        }
    }
}
