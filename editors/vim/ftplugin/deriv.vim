" Derivations of backproof: comments, and verify as :make.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal comments=:# commentstring=#\ %s
setlocal makeprg=backproof\ verify\ --format\ github\ %:S
setlocal errorformat=::%trror\ file=%f\\,line=%l\\,col=%c\\,%.%#::%m,::%tarning\ file=%f\\,line=%l\\,col=%c\\,%.%#::%m
let b:undo_ftplugin = 'setlocal comments< commentstring< makeprg< errorformat<'
