namespace AmViz.Models;

/// <summary>How the tokens of a Vision Transformer become one vector.</summary>
internal enum TransformerPooling
{
    /// <summary>The class token.</summary>
    Token,

    /// <summary>The mean of the patches (timm: <c>avg</c>).</summary>
    Mean,

    /// <summary>Class token and mean of the patches, one after the other, as DINOv2's linear classifiers have it.</summary>
    TokenAndMean,

    /// <summary>A learned query (timm: <c>map</c>), as SigLIP has it.</summary>
    Attention,
}

/// <summary>What comes after the blocks of a Vision Transformer: layer-norm, pooling, and a classifier or an embedding.</summary>
/// <param name="Pooling">How the tokens become one vector.</param>
/// <param name="NormsPooled">Whether the last layer-norm is that of the pooled vector (timm: <c>fc_norm</c>) instead of the tokens.</param>
/// <param name="HasBias">Whether the classifier has a bias.</param>
/// <param name="EmbeddingWidth">Dimensions of a projection without bias where there are no classes, as CLIP has it; 0 for none.</param>
internal sealed record TransformerHead(TransformerPooling Pooling = TransformerPooling.Token, bool NormsPooled = false, bool HasBias = true, int EmbeddingWidth = 0)
{
    private const string Embedding = "embedding";

    /// <summary>Reads it.</summary>
    /// <param name="fields">Of <c>config.json</c>.</param>
    /// <param name="classes">Number of logits.</param>
    /// <param name="shape">The network's measures.</param>
    public static TransformerHead Read(ConfigFields fields, int classes, TransformerShape shape)
    {
        var pooling = fields.Choice("pooling", "token", "mean", "token_and_mean", "attention") switch
        {
            "mean" => TransformerPooling.Mean,
            "token_and_mean" => TransformerPooling.TokenAndMean,
            "attention" => TransformerPooling.Attention,
            _ => TransformerPooling.Token,
        };
        if (pooling is TransformerPooling.Token or TransformerPooling.TokenAndMean && !shape.HasClassToken)
        {
            fields.Refuse("'classToken' is false and 'pooling' takes the class token; expected 'mean' or 'attention'.");
        }

        var embedding = fields.Whole(Embedding, 0, 16_384, preset: 0);
        if (classes > 0 && embedding > 0)
        {
            fields.Refuse($"'classes' is {classes} and '{Embedding}' is {embedding}; expected one of the two, the other 0.");
        }

        return new(pooling, fields.Flag("poolingNorm", preset: false), fields.Flag("headBias", preset: true), embedding);
    }

    /// <summary>Appends its layers.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="x">What the last block made.</param>
    /// <param name="shape">The network's measures.</param>
    /// <param name="classes">Number of logits; 0 for none.</param>
    public void AddTo(LayerGraph graph, Layer x, TransformerShape shape, int classes)
    {
        var isLast = classes == 0 && EmbeddingWidth == 0;
        if (!NormsPooled)
        {
            var endsHere = isLast && Pooling == TransformerPooling.Token;
            x = graph.Add(new TokenNormalization("norm", x, shape, "norm") { Kind = LayerKind.Tokens, IsDefaultTap = endsHere });
            if (endsHere)
            {
                return;
            }
        }

        var pooled = Pool(graph, x, shape, isLast && !NormsPooled ? LayerKind.Embedding : null);
        if (NormsPooled)
        {
            pooled = graph.Add(new VectorNormalization(isLast ? Embedding : "fc_norm", pooled, "fc_norm", shape.Epsilon) { Kind = isLast ? LayerKind.Embedding : null, IsDefaultTap = isLast });
        }

        if (classes > 0)
        {
            graph.Add(new Dense(NetworkDescription.Logits, pooled, classes, "head", hasBias: HasBias) { Kind = LayerKind.Logits, IsDefaultTap = true });
        }
        else if (EmbeddingWidth > 0)
        {
            graph.Add(new Dense(Embedding, pooled, EmbeddingWidth, "visual_projection", hasBias: false) { Kind = LayerKind.Embedding, IsDefaultTap = true });
        }
    }

    private Layer Pool(LayerGraph graph, Layer x, TransformerShape shape, LayerKind? kind)
    {
        var isListed = kind is not null;
        var name = isListed ? Embedding : "pooled";
        return Pooling switch
        {
            TransformerPooling.Mean => graph.Add(new TokenMean(name, x) { Kind = kind, IsDefaultTap = isListed }),
            TransformerPooling.Attention => graph.Add(new AttentionPooling(name, x, shape) { Kind = kind, IsDefaultTap = isListed }),
            TransformerPooling.TokenAndMean => graph.Add(new VectorConcatenation(
                name, graph.Add(new ClassToken("class_token", x)), graph.Add(new TokenMean("patch_mean", x))) { Kind = kind, IsDefaultTap = isListed }),
            _ => graph.Add(new ClassToken(name, x) { Kind = kind, IsDefaultTap = isListed }),
        };
    }
}
