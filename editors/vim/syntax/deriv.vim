" Derivations of backproof.  An underscore takes an element (sum_i x_i), so it ends a word.
if exists('b:current_syntax')
  finish
endif

syntax iskeyword @,48-57,192-255

syntax match derivComment "\(#\|%\|//\).*$" contains=@Spell
syntax region derivString start=+"+ end=+"+ oneline contains=@Spell

" Statements, at the beginning of a line only.
syntax match derivTold "^\s*\zs\%(title\|source\|note\|layout\|size\|given\|let\|network\|write\|vary\|require\|use\)\>"
syntax match derivJudged "^\s*\zs\%(claim\|refute\|shape\)\>"
syntax keyword derivWord for in at odot all number function numerator denominator samples
syntax keyword derivDomain real positive nonzero onehot symmetric spd

syntax keyword derivFunction exp log ln sqrt abs sin cos tan sinh cosh atan arctan erf max min where
syntax keyword derivFunction sum mean rowsum colsum tr det inv norm vec diag diagonal kron
syntax keyword derivFunction rowmean colmean var rowvar colvar std rowstd colstd rownorm colnorm
syntax keyword derivFunction rowmax colmax rowmin colmin argmax rowargmax colargmax argmin rowargmin colargmin
syntax keyword derivFunction correlate convolve fullcorrelate fullconvolve samecorrelate sameconvolve
syntax keyword derivFunction rot180 pad maxpool meanpool
syntax keyword derivFunction rowsoftmax colsoftmax I ones zeros rows columns cols len numel
syntax keyword derivFunction sigmoid logistic sigma σ tanh relu leakyrelu lrelu identity linear none id
syntax keyword derivFunction softplus elu silu swish gelu softmax unit
syntax match derivFunction "\<leaky[-_]relu\>"
syntax keyword derivConstant e pi π

syntax match derivNumber "\<\d\+\%(\.\d\+\)\=\%([eE][-+]\=\d\+\)\=\>"
syntax match derivHole "?"
syntax match derivDerivative "[∂∇Σ∑]"
syntax match derivOperator "[-+*/⊙⊗·×=≈<>≤≥'′ᵀ^]"

highlight default link derivComment Comment
highlight default link derivString String
highlight default link derivTold Statement
highlight default link derivJudged Type
highlight default link derivWord Keyword
highlight default link derivDomain Keyword
highlight default link derivFunction Function
highlight default link derivConstant Constant
highlight default link derivNumber Number
highlight default link derivHole Todo
highlight default link derivDerivative Special
highlight default link derivOperator Operator

let b:current_syntax = 'deriv'
